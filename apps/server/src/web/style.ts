import { createHash } from 'node:crypto';

/** How all pages look, in light and dark, wide and narrow. */
export const STYLE = `
:root { color-scheme: light dark; --text: #1c2024; --quiet: #5a626b; --back: #ffffff; --raised: #f3f5f7; --line: #d3d8de;
  --link: #0b57c4; --warn: #8a4b00; --bad: #b3141d; font: 16px/1.55 system-ui, sans-serif; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ec; --quiet: #a5adb6; --back: #14171a; --raised: #1f2428;
  --line: #3a4149; --link: #82b4ff; --warn: #f0b35e; --bad: #ff8f8f; } }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--back); overflow-wrap: anywhere; }
a { color: var(--link); }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: 0.5rem; background: var(--back); padding: 0.5rem; z-index: 1; }
.quiet { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
header { display: flex; flex-wrap: wrap; gap: 0.75rem 1.5rem; align-items: center; padding: 0.75rem 1rem; background: var(--raised);
  border-bottom: 1px solid var(--line); }
search { flex: 1 1 16rem; max-width: 36rem; }
search form { display: flex; gap: 0.5rem; }
header nav a { margin-right: 0.75rem; }
.brand { font-weight: 700; text-decoration: none; color: var(--text); }
input, select, button { font: inherit; color: inherit; background: var(--back); border: 1px solid var(--quiet); border-radius: 0.4rem;
  padding: 0.4rem 0.6rem; min-height: 2.5rem; }
input[type=search] { flex: 1; min-width: 0; }
button { cursor: pointer; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1 { line-height: 1.2; margin: 0.5rem 0; }
h2 { margin: 2rem 0 0.5rem; padding-bottom: 0.25rem; border-bottom: 1px solid var(--line); }
.filter { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
ol.plugins { list-style: none; padding: 0; }
ol.plugins li { border-top: 1px solid var(--line); padding: 0.75rem 0; }
ol.plugins p { margin: 0.15rem 0; }
ol.plugins a { font-weight: 600; font-size: 1.1rem; }
.about { color: var(--quiet); font-size: 0.9rem; }
.mark { border: 1px solid currentcolor; border-radius: 1rem; padding: 0 0.6rem; font-size: 0.85rem; white-space: nowrap; }
.deprecated, .unsigned { color: var(--warn); }
.yanked { color: var(--bad); }
.notice { border: 1px solid currentcolor; border-radius: 0.4rem; padding: 0.5rem 0.75rem; }
.install { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
code, pre { font-family: ui-monospace, monospace; font-size: 0.9em; background: var(--raised); border-radius: 0.3rem; }
code { padding: 0.1rem 0.3rem; }
pre { padding: 0.75rem; overflow-x: auto; }
pre code { padding: 0; }
code.command { user-select: all; padding: 0.6rem 0.75rem; flex: 1 1 18rem; }
dl { display: grid; grid-template-columns: minmax(7rem, max-content) 1fr; gap: 0.35rem 1rem; }
dt { color: var(--quiet); }
dd { margin: 0; }
dd ul { margin: 0; padding-left: 1.1rem; }
.wide { overflow-x: auto; }
.wide table { min-width: 38rem; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; color: var(--quiet); }
th, td { overflow-wrap: break-word; text-align: left; vertical-align: top; padding: 0.4rem 0.75rem 0.4rem 0; border-bottom: 1px solid var(--line); }
.readme { border: 1px solid var(--line); border-radius: 0.4rem; padding: 0.5rem 1rem; contain: content; }
bdi { unicode-bidi: isolate; }
@media (max-width: 40rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: 0.6rem; } }
`;

/** Where it is served; the name says the content, so that it may be kept for good. */
export const STYLE_PATH: string = `/web/style.${createHash('sha256').update(STYLE).digest('hex').slice(0, 16)}.css`;
