import { brand } from './brand.ts';

const { accent, onAccent } = brand;

/** What stands out from the accent and belongs to it: nearer to the text, or to what is behind. */
const mixed = (colour: string, other: string, percent: number) =>
  `color-mix(in srgb, ${colour} ${percent}%, ${other})`;

/**
 * The one style sheet. It stands in each page, so that a page is one request and needs no second function; the
 * Content-Security-Policy names its hash and lets no other in.
 */
const source = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #fff; --text: #1a1d23; --quiet: #565d6b; --line: #d5d9e0; --field: #7d8696;
  --accent: ${accent.light}; --accent-strong: ${mixed(accent.light, '#000', 80)}; --on-accent: ${onAccent.light}; --accent-tint: ${mixed(accent.light, '#fff', 10)};
  --good: #17603a; --good-tint: #e5f5ec; --bad: #a91d1d; --bad-tint: #fdecec;
  --shadow: 0 1px 2px rgb(20 24 40 / .06), 0 8px 24px rgb(20 24 40 / .06);
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #101217; --card: #191c23; --text: #e9ebf0; --quiet: #a7aebc; --line: #2f343f; --field: #78808f;
    --accent: ${accent.dark}; --accent-strong: ${mixed(accent.dark, '#fff', 70)}; --on-accent: ${onAccent.dark}; --accent-tint: ${mixed(accent.dark, '#191c23', 20)};
    --good: #8fdcb0; --good-tint: #16301f; --bad: #ff9d9d; --bad-tint: #3a1a1c;
    --shadow: none;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column; background: var(--page); color: var(--text); overflow-wrap: anywhere; }
h1, h2, h3 { line-height: 1.2; text-wrap: balance; margin: 0 0 .5rem; }
h1 { font-size: 1.75rem; letter-spacing: -.015em; }
h2 { font-size: 1.2rem; }
h3 { font-size: 1rem; }
p, ul, ol, dl { margin: 0 0 1rem; }
a { color: var(--accent); text-underline-offset: .18em; }
a:hover { color: var(--accent-strong); text-decoration-thickness: 2px; }
code, pre, kbd { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: 4px; }
.skip { position: absolute; left: -999rem; top: 0; padding: .6rem 1rem; background: var(--card); color: var(--accent); z-index: 1; }
.skip:focus { left: .5rem; top: .5rem; }
[hidden] { display: none; }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.bar { border-bottom: 1px solid var(--line); background: var(--card); }
.bar > div { max-width: 60rem; margin: 0 auto; padding: .5rem 1.25rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; min-height: 3.75rem; }
.brand { display: inline-flex; align-items: center; gap: .6rem; min-height: 2.75rem; margin-right: auto; font-weight: 650; color: var(--text); text-decoration: none; }
.logo { display: contents; }
.brand svg, .brand img { flex: none; width: auto; max-width: 8rem; height: 1.5rem; color: var(--accent); }
nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: 0 1.1rem; align-items: center; padding: 0; margin: 0; }
nav a { display: inline-flex; align-items: center; min-height: 2.75rem; color: var(--quiet); text-decoration: none; font-weight: 500; }
nav a:hover, nav a[aria-current] { color: var(--text); text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: .35em; }
nav a[aria-current] { text-decoration-color: var(--accent); }
main { flex: 1; width: 100%; max-width: 60rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
main:focus { outline: none; }
.narrow { max-width: 27rem; margin-inline: auto; }
.middle { max-width: 42rem; margin-inline: auto; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.75rem; box-shadow: var(--shadow); }
.card + .card { margin-top: 1.25rem; }
.card > :last-child, .notice > :last-child { margin-bottom: 0; }
.card.grave { border-color: var(--bad); }
h1 + form, h1 + .notice { margin-top: 1.1rem; }
.card > h2 { margin-bottom: .75rem; }
.lead { font-size: 1.15rem; color: var(--quiet); }
.quiet { color: var(--quiet); }
.hero { padding: 2rem 0 1rem; max-width: 40rem; }
.hero h1 { font-size: clamp(2rem, 6vw, 3rem); }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center; }
.below { margin-top: 1.25rem; text-align: center; }
.tiles { list-style: none; padding: 0; display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 15rem), 1fr)); margin-top: 1.75rem; }
.tiles .card { margin: 0; height: 100%; }
.tiles h2 { margin-bottom: .25rem; }
button, .button { display: inline-flex; align-items: center; justify-content: center; min-height: 2.75rem; padding: .5rem 1.2rem; border: 1px solid transparent; border-radius: 9px; background: var(--accent); color: var(--on-accent); font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
button:hover, .button:hover { background: var(--accent-strong); color: var(--on-accent); }
button.second, .button.second { background: transparent; border-color: var(--field); color: var(--text); }
button.second:hover, .button.second:hover { background: var(--accent-tint); color: var(--text); }
button.grave { background: transparent; border-color: var(--bad); color: var(--bad); }
button.grave:hover { background: var(--bad-tint); color: var(--bad); }
button.plain { background: none; color: var(--quiet); padding: 0; font-weight: 500; }
button.plain:hover { color: var(--text); text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: .35em; }
button.wide { width: 100%; }
.mail { margin-bottom: 1.25rem; }
.mail iframe { display: block; width: 100%; height: 22rem; border: 1px solid var(--line); border-radius: 9px; margin-bottom: 1rem; }
.providers { list-style: none; padding: 0; margin: 1rem 0 0; display: grid; gap: .6rem; }
.providers .button { width: 100%; gap: .6rem; }
form { margin: 0; }
.field { margin-bottom: 1.15rem; }
label { display: block; font-weight: 600; margin-bottom: .3rem; }
.optional { color: var(--quiet); font-weight: 400; }
.hint { color: var(--quiet); font-size: .92rem; margin: 0 0 .4rem; }
.fault { color: var(--bad); font-weight: 600; font-size: .95rem; margin: 0 0 .4rem; }
input, select { display: block; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; border: 1px solid var(--field); border-radius: 9px; background: var(--page); color: var(--text); font: inherit; }
input[hidden] { display: none; }
input:focus-visible, select:focus-visible { outline-offset: 1px; border-radius: 9px; }
.password { display: flex; gap: .5rem; }
.password input { flex: 1; min-width: 0; }
.password button { padding-inline: .9rem; }
.password button[aria-pressed=true] { background: var(--accent-tint); border-color: var(--accent); }
.check { display: grid; grid-template-columns: auto 1fr; column-gap: .65rem; align-items: center; }
.check input { width: 1.3rem; min-height: 1.3rem; margin: 0; accent-color: var(--accent); }
.check label { margin: 0; padding: .6rem 0; font-weight: 500; }
.check .hint { grid-column: 2; margin: 0; }
input[aria-invalid] { border: 2px solid var(--bad); }
.notice { border-radius: 11px; border: 1px solid var(--good); background: var(--good-tint); color: var(--good); padding: .8rem 1.1rem; margin: 0 auto 1.5rem; font-weight: 500; }
.notice.bad { border-color: var(--bad); background: var(--bad-tint); color: var(--bad); }
.notice a { color: inherit; }
.notice ul { padding-left: 1.2rem; }
.notice h2 { font-size: 1rem; margin-bottom: .3rem; }
.list { list-style: none; padding: 0; }
.list > li { display: flex; flex-wrap: wrap; gap: .5rem 1.25rem; align-items: center; justify-content: space-between; padding: 1.1rem 0; border-top: 1px solid var(--line); }
.list > li:first-child { border-top: 0; padding-top: 0; }
.list > li > div { flex: 1 1 16rem; }
.list > li:last-child { padding-bottom: 0; }
.list p { margin: 0; }
.list h2, .list h3 { font-size: 1rem; margin: 0 0 .15rem; }
.tag { display: inline-block; padding: .05rem .55rem; border-radius: 1rem; background: var(--accent-tint); color: var(--accent-strong); font-size: .85rem; font-weight: 600; margin-left: .4rem; }
.tag.good { background: var(--good-tint); color: var(--good); }
.tag.bad { background: var(--bad-tint); color: var(--bad); }
form + .notice, .apart { margin-top: 1.25rem; }
.fault:empty { margin: 0; }
.list details { margin-top: .25rem; }
.list .apart { margin: 1.25rem 0 .6rem; }
details { margin-top: 1.25rem; }
summary { padding: .6rem 0; color: var(--accent); cursor: pointer; }
details[open] summary { margin-bottom: .5rem; }
.qr-code { width: 15rem; max-width: 100%; margin: 0 auto 1rem; border-radius: 9px; overflow: hidden; }
.qr-code svg { display: block; }
.secret { display: block; margin-top: .3rem; font-size: 1.05rem; letter-spacing: .04em; }
.codes { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .3rem 1.5rem; padding-left: 2rem; font-size: 1.05rem; }
footer { border-top: 1px solid var(--line); color: var(--quiet); font-size: .92rem; }
footer > div { max-width: 60rem; margin: 0 auto; padding: 1rem 1.25rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
footer a { color: inherit; }
.docs pre { overflow-x: auto; padding: 1rem; border: 1px solid var(--line); border-radius: 11px; background: var(--card); }
.docs section { margin-top: 2.75rem; }
.docs article { margin-top: 1.25rem; }
.answers { list-style: none; padding: 0; display: grid; gap: .15rem 1.5rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); }
.answers li:has(table), .answers li:first-child { grid-column: 1 / -1; }
.docs nav { margin-bottom: 1rem; }
.docs .route { font-size: 1.05rem; font-weight: 650; }
.docs .method { display: inline-block; min-width: 4.2rem; color: var(--accent-strong); }
table { width: 100%; border-collapse: collapse; font-size: .95rem; margin: 0 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; font-size: .88rem; }
tbody th { font-weight: 600; width: min(11rem, 42%); }
.facts th { overflow-wrap: break-word; }
a:has(> code) { text-underline-offset: .35em; }
:target { scroll-margin-top: 1rem; }
tr:target > *, article:target { background: var(--accent-tint); }
@media (max-width: 34rem) {
  main { padding-top: 1.5rem; }
  .card { padding: 1.25rem; }
  .list form, .list form button { width: 100%; }
}
@media print { .bar nav, footer, .skip, .actions { display: none; } .card { border: 0; box-shadow: none; padding: 0; } }
`;

/** The style sheet as it stands in a page. */
export const styles = source.trim().replace(/\n\s*/g, '\n');
