import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenSubject } from './subject.js';

const NODE = `let text = ''; process.stdin.on('data', (chunk) => { text += chunk; }).on('end', async () => {
  const { entry, name, input } = JSON.parse(text);
  let reply;
  try { const m = await import(entry); const f = m[name] ?? m.default?.[name]; reply = { result: await f(input) }; } catch (error) { reply = { error: String(error?.stack ?? error) }; }
  process.stdout.write(JSON.stringify(reply) + '\\n');
  setTimeout(() => {}, 50);
});`;

const PYTHON = `import sys, json, importlib.util
call = json.load(sys.stdin)
try:
    spec = importlib.util.spec_from_file_location("plugin", call["entry"])
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    reply = {"result": getattr(module, call["name"])(call["input"])}
except Exception as error:
    reply = {"error": repr(error)}
print(json.dumps(reply))
sys.stdout.flush()`;

/**
 * A runner as people write them: a child process that inherits everything, JSON on stdin and stdout, the first line wins, ended
 * after the wall limit. It shows that the harness sees the attacks succeed.
 */
export function openNaiveRunner(language: 'javascript' | 'python', wallMs: number): OpenSubject {
  const [file, program] = language === 'python' ? ['python3', PYTHON] : [process.execPath, NODE];
  return (pluginsDir) => {
    const runner = join(pluginsDir, '..', 'runner');
    writeFileSync(runner, program);
    return {
      execute: ({ plugin, function: name, input }) =>
        new Promise((resolve, reject) => {
          const root = join(pluginsDir, plugin);
          const entry = join(root, readdirSync(root).find((path) => /\.([cm]?[jt]s|py)$/.test(path)) ?? '');
          const child = spawn(file, language === 'python' ? ['-B', runner] : [runner], {
            stdio: ['pipe', 'pipe', 'inherit'],
          });
          const timer = setTimeout(() => child.kill('SIGKILL'), wallMs);
          let output = '';
          child.stdout.on('data', (chunk) => {
            output += chunk;
          });
          child.on('error', reject).on('close', (code, signal) => {
            clearTimeout(timer);
            const line = output.split('\n').find((text) => text !== '');
            try {
              resolve(line === undefined ? { error: `ended by ${signal ?? code}` } : JSON.parse(line));
            } catch (error) {
              reject(error);
            }
          });
          child.stdin.on('error', () => {}).end(JSON.stringify({ entry, name, input }));
        }),
      close: async () => {},
    };
  };
}
