import * as a from './dist/index.js'; import fs from 'node:fs'; import os from 'node:os'; import path from 'node:path'; import {execFileSync} from 'node:child_process';
const d=fs.mkdtempSync(os.tmpdir()+'/art-'); const s=d+'/s';
const text=Array.from({length:12000},(_, i)=>'const x'+(i*7919%997)+' = foo('+i+');\n').join('');
for(let i=0;i<100;i++){fs.mkdirSync(s+'/d'+i%10,{recursive:true});fs.writeFileSync(s+'/d'+i%10+'/f'+i+'.js',text.slice(i*1000,i*1000+10486))}
fs.writeFileSync(s+'/é.txt','x');fs.writeFileSync(s+'/empty','');fs.writeFileSync(s+'/d1/'+'n'.repeat(150),'#!/bin/sh\n');fs.writeFileSync(s+'/big',Buffer.alloc(3e6,'abcdefghij').map((b,i)=>b^(i%251)));
async function b(name,fn){const a=[];for(let i=0;i<30;i++){const s=performance.now();await fn();a.push(performance.now()-s)}a.sort((x,y)=>x-y);console.log(name.padEnd(22),'max',a.at(-1).toFixed(2),'median',a[15].toFixed(2),'min',a[0].toFixed(2))}
const t=await a.listTree(s); console.log(t.digest,t.files.length); const z=await a.packTree(s); console.log(z.bytes.length,z.tree.digest===t.digest,z.integrity);
fs.writeFileSync(d+'/a.tgz',z.bytes); console.log(execFileSync('tar',['tvzf',d+'/a.tgz']).toString().split('\n').slice(-12).join('\n'));
const u=await a.unpackArchive(z.bytes,d+'/u1'); console.log(u.digest===t.digest, await a.inspectTree(d+'/u1',t.files));
execFileSync('python3',['-c',`import shutil;shutil.make_archive('${d}/p','zip','${s}');shutil.make_archive('${d}/p','gztar','${s}');shutil.make_archive('${d}/p','tar','${s}')`]);
for(const f of ['p.zip','p.tar.gz','p.tar']){const r=await a.unpackArchive(fs.readFileSync(d+'/'+f),d+'/x'+f); console.log(f,r.digest===t.digest)}
console.log((await a.copyTree(s,d+'/c')).digest===t.digest);
fs.rmSync(s+'/big');const z2=await a.packTree(s);const zp=execFileSync('python3',['-c',`import shutil;shutil.make_archive('${d}/q','zip','${s}')`])&&fs.readFileSync(d+'/q.zip');
let k=0;
await b('list',()=>a.listTree(s));await b('pack',()=>a.packTree(s));await b('unpack',()=>a.unpackArchive(z2.bytes,d+'/t'+k++));await b('unzip',()=>a.unpackArchive(zp,d+'/t'+k++));await b('copy',()=>a.copyTree(s,d+'/t'+k++));await b('inspect',()=>a.inspectTree(s,t.files));
fs.rmSync(d,{recursive:true});
