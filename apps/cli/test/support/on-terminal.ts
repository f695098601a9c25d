import { execa } from 'execa';

/** Starts a command on a terminal of 80 columns and types what each step says once its text has been shown. */
const PTY = `
import fcntl, json, os, pty, struct, sys, termios
steps = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
    os.execv(sys.argv[2], sys.argv[2:])
shown = b''
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    shown += chunk
    if steps and steps[0][0].encode() in shown:
        _, typed, *written = steps.pop(0)
        if written:
            with open(written[0], 'w') as file:
                file.write(written[1])
        os.write(fd, typed.encode())
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(json.dumps({'status': status, 'shown': shown.decode('utf8', 'replace')}))
`;

/** What is typed once a text is shown, and what is written into a file just before. */
export type Step = readonly [shown: string, typed: string, path?: string, text?: string];

/** Ctrl-C, as a terminal sends it. */
export const CTRL_C = '\u0003';

/** Runs the command line `[file, …args]` as a person at a terminal would. */
export async function onTerminal(
  [file = '', ...args]: readonly string[],
  options: {
    readonly cwd: string;
    readonly env: Record<string, string>;
    readonly steps?: readonly Step[];
  },
): Promise<{ readonly status: number; readonly shown: string }> {
  const { cwd, env, steps = [] } = options;
  const { stdout } = await execa('python3', ['-c', PTY, JSON.stringify(steps), file, ...args], {
    cwd,
    env,
    extendEnv: false,
  });
  return JSON.parse(stdout);
}
