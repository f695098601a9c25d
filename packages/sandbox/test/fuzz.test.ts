import { expect, it } from 'vitest';
import { runSource } from './box.js';
it('fuzz', async () => {
  for (const variant of ['obj','ee','methods','stack']) { const src = `const variant='${variant}';

const names = ['emit','on','once','domain','_events','exitCode','_exiting','parent','filename','paths','id','loaded','children','require','_handle','fd','handle','owner','onread','env','argv','execArgv','mainModule','binding','parentURL','format','source','url','conditions','importAttributes','contextExtensions','parsingContext','cachedData','produceCachedData','stack','code','name','then','catch','constructor','default','timeout','_idleNext','_onTimeout','signal','encoding','flag','mode','depth','colors','breakLength','noDeprecation','traceDeprecation','throwDeprecation','listenerCount','getBuiltinModule','reallyExit','_fatalException','_tickCallback','nextTick','port','0','1','next','done','return'];
const found = { __proto__:null, list:[], add(x){ if(this.list.length<200) this.list[this.list.length]=x } }; const B={__proto__:null,busy:false};
const look = (o, how) => { try { if (o === null || (typeof o !== 'object' && typeof o !== 'function')) return; for (const k of ['binding','_linkedBinding','dlopen','reallyExit','_load','_compile','moduleLoadList','readFileSync','spawn','internalBinding','_rawDebug','open','openSync']) { const d = Object.getOwnPropertyDescriptor(o,k) ; if (d) found.add(how+':'+k); } } catch (e) {} };
if (variant==='obj') for (const n of names) { const old = Object.getOwnPropertyDescriptor(Object.prototype,n); if (old && n==='constructor') continue; 
  let busy=false;
  Object.defineProperty(Object.prototype,n,{__proto__:null,configurable:true,get(){ if(!busy){busy=true; look(this,'get '+n); busy=false;} return undefined; }, set(v){ if(!busy){busy=true; look(this,'set '+n); look(v,'setv '+n); busy=false;} Object.defineProperty(this,n,{__proto__:null,value:v,writable:true,configurable:true,enumerable:true}); }}); }
const EE = require('events');
if (variant==='ee') for (const k of Reflect.ownKeys(EE.prototype)) { const f = EE.prototype[k]; if (typeof f!=='function'||k==='constructor') continue; EE.prototype[k] = function(...a){ look(this,'EE '+String(k)); return f.apply(this,a); }; }
if (variant==='methods') for (const C of [Promise, Map, Set, Array, String, RegExp, URL, Buffer, Function, WeakMap, Uint8Array]) for (const k of Reflect.ownKeys(C.prototype)) { const d=Object.getOwnPropertyDescriptor(C.prototype,k); if(!d||!d.configurable||typeof d.value!=='function'||k==='constructor') continue; const f=d.value; const ap=Reflect.apply; Object.defineProperty(C.prototype,k,{__proto__:null,configurable:true,writable:true,value(...a){ if(!B.busy){ B.busy=true; look(this,C.name+'#'+String(k)); for(let i=0;i<a.length;i++) look(a[i],C.name+'#'+String(k)+' arg'); B.busy=false; } return ap(f,this,a); }}); }
Error.stackTraceLimit = 20;
if (variant==='stack') Error.prepareStackTrace = (e, frames) => { for (const f of frames) { try { look(f.getThis?.(),'this '+f.getFileName()+':'+f.getFunctionName()); look(f.getFunction?.(),'fn '+f.getFunctionName()); const g=f.getFunction?.(); if (g) found.add('FN '+f.getFileName()+' '+f.getFunctionName()); const t=f.getThis?.(); if (t!==undefined && t!==null && t!==globalThis && t!==exports) found.add('THIS '+f.getFileName()+' '+f.getFunctionName()); } catch {} } return 'x'; };
exports.run = async () => {
  try { require('fs') } catch {}
  try { await import('fs') } catch {}
  try { await import('./m.mjs') } catch (e) { found.add('m '+e.message) }
  try { await import('node:path') } catch (e) { found.add('p '+e.message)}
  try { require('node:stream') } catch {}
  try { require('assert')(false) } catch (e) { }
  console.log('x', {a:1}, new Error('e'));
  await new Promise((r) => setTimeout(r, 5));
  await new Promise((r) => setImmediate(r));
  new Error('q').stack;
  try { null.x } catch (e) { e.stack }
  await new Promise((r) => require('zlib').gzip('abc', r));
  require('crypto').randomBytes(4);
  process.nextTick(() => {});
  await new Blob(['x']).text();
  const s = new (require('stream').PassThrough)(); s.end('x'); for await (const c of s) {}
  queueMicrotask(() => { new Error().stack });
  await null;
  return found.list;
};`;
  const out = await runSource({ 'index.cjs': src, 'm.mjs': 'import c from "./c.cjs"; import "crypto"; export default c', 'c.cjs': 'module.exports={a:1}' }, null, process.env['NP'] ? {nodePath: process.env['NP']} : {});
  console.log(variant, out.error ?? JSON.stringify(out.result), out.logs); }
  const late = await runSource('const EE=require("events"); const seen=[]; EE.prototype.emit=function(){ seen.push(typeof this.reallyExit, typeof this.version); console.log("EMIT", typeof this.binding, Object.keys(this).length); }; exports.run=()=>{ setTimeout(()=>{ throw new Error("boom") },1); return new Promise(()=>{}); }');
  console.log(late.error, late.logs);
  expect(1).toBe(1);
});
