/** Shells that a script can be written for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** What completion needs to know of a command. */
export interface CommandShape {
  /** `['plugin', 'install']` */
  readonly words: readonly string[];
  readonly summary: string;
  /** With their dashes. */
  readonly flags: readonly string[];
}

/** The completion script of a shell, for sourcing; made of the list of commands alone. */
export function completionScript(shell: Shell, commands: readonly CommandShape[]): string {
  if (shell === 'fish') return fishScript(commands);
  const header = shell === 'zsh' ? '#compdef agentmesh\nautoload -U +X bashcompinit && bashcompinit\n' : '';
  return `${header}${bashScript(commands)}`;
}

/** Choices after the words typed so far: the next words, or the flags of a whole command. */
function choices(commands: readonly CommandShape[]): Map<string, string[]> {
  const table = new Map<string, string[]>();
  const add = (key: string, choice: string) => table.set(key, [...new Set([...(table.get(key) ?? []), choice])]);
  for (const { words, flags } of commands) {
    words.forEach((word, index) => {
      add(words.slice(0, index).join(' '), word);
    });
    for (const flag of flags) add(words.join(' '), flag);
  }
  return table;
}

function bashScript(commands: readonly CommandShape[]): string {
  const cases = [...choices(commands)].map(([typed, next]) => `      '${typed}') choices='${next.join(' ')}' ;;`);
  return `_agentmesh() {
  local current="\${COMP_WORDS[COMP_CWORD]}" typed='' word choices=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) typed="\${typed:+$typed }$word" ;; esac
  done
  while :; do
    case "$typed" in
${cases.join('\n')}
    esac
    [ -n "$choices" ] || [ -z "$typed" ] && break
    case "$typed" in *' '*) typed="\${typed% *}" ;; *) typed='' ;; esac
  done
  COMPREPLY=($(compgen -W "$choices" -- "$current"))
}
complete -o default -F _agentmesh agentmesh
`;
}

function fishScript(commands: readonly CommandShape[]): string {
  const lines = commands.flatMap(({ words, summary, flags }) => {
    const last = words.at(-1) ?? '';
    const parents = words.slice(0, -1);
    const before =
      parents.length === 0
        ? '__fish_use_subcommand'
        : parents.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const within = words.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return [
      `complete -c agentmesh -n '${before}' -a ${last} -d '${summary.replaceAll("'", "\\'")}'`,
      ...flags.map((flag) => `complete -c agentmesh -n '${within}' -l ${flag.slice(2)}`),
    ];
  });
  const topics = [...new Set(commands.filter(({ words }) => words.length > 1).map(({ words }) => words[0] ?? ''))];
  return [
    'complete -c agentmesh -f',
    ...topics.map((topic) => `complete -c agentmesh -n __fish_use_subcommand -a ${topic}`),
    ...lines,
    '',
  ].join('\n');
}
