// How every page looks: one column on a phone, two beside each other where there is room; light or dark as the reader's system is.

/** Colours of series, by number; the same order in light and dark. */
export const seriesCount = 8;

const light = ['#1f6feb', '#d9730d', '#1a8f6a', '#b8328f', '#7a5af0', '#a07800', '#c4372c', '#4a6272'];
const dark = ['#6ea8fe', '#f5a157', '#4fd1a5', '#f07ac9', '#b09cff', '#e3bd4a', '#ff8a80', '#9db4c4'];

const variables = (colors: readonly string[]) => colors.map((color, index) => `--c${index}:${color};`).join('');

export const style = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#57606a;--line:#d5dae0;--ground:#ffffff;--card:#f6f8fa;${variables(light)}}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebef;--soft:#a0a9b4;--line:#3a424c;--ground:#12161b;--card:#1b2027;${variables(dark)}}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;-webkit-text-size-adjust:100%}
main{max-width:1060px;margin:0 auto;padding:20px 16px 48px}
h1{font-size:1.7rem;line-height:1.2;margin:.2em 0;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.2em 0 .5em;padding-top:.5em;border-top:1px solid var(--line)}
p{margin:.5em 0;max-width:75ch}
.lead,.note,figcaption,footer{color:var(--soft)}
.lead{overflow-wrap:anywhere}
.note,figcaption,footer{font-size:.875rem}
.warning{border-left:4px solid var(--c1);background:var(--card);padding:8px 12px;border-radius:0 6px 6px 0}
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(145px,1fr));gap:10px;margin:14px 0}
.tile{background:var(--card);border-radius:8px;padding:10px 12px}
.tile b{display:block;font-size:1.35rem;line-height:1.25;overflow-wrap:anywhere}
.tile span{color:var(--soft);font-size:.82rem}
.facts{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;font-size:.9rem;margin:10px 0}
.facts dt{color:var(--soft)}
.facts dd{margin:0;overflow-wrap:anywhere}
.grid{display:grid;grid-template-columns:1fr;gap:22px 24px;margin:14px 0}
.gallery{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,300px),1fr));gap:14px;margin:14px 0}
figure{margin:0;min-width:0}
figure h3,.chart h3{font-size:.95rem;margin:0 0 4px}
figure img,figure video{width:100%;height:auto;border-radius:6px;display:block;background:var(--card)}
figcaption{margin-top:4px}
svg{display:block;width:100%;height:auto;overflow:visible;font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}
svg text{fill:var(--soft)}
svg text.name{fill:var(--ink)}
svg .axis{stroke:var(--line);stroke-width:1}
svg .mark{stroke:var(--ink);stroke-width:1;stroke-dasharray:3 3}
.at-wide{display:none}
.legend{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:.82rem;color:var(--soft);margin:2px 0 4px}
.legend i{display:inline-block;width:11px;height:11px;border-radius:3px;margin-right:5px;vertical-align:-1px}
.scroll{overflow-x:auto;margin:10px 0;-webkit-overflow-scrolling:touch}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--soft);font-size:.875rem;padding-bottom:4px}
th,td{padding:5px 14px 5px 0;text-align:left;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--soft);white-space:nowrap}
.right{text-align:right;white-space:nowrap}
tr.strong td{font-weight:600}
details{margin:10px 0}
summary{cursor:pointer;color:var(--soft)}
footer{margin-top:40px;border-top:1px solid var(--line);padding-top:10px}
@media (min-width:760px){main{padding:28px 28px 60px}h1{font-size:2rem}.at-narrow{display:none}.at-wide{display:block}.grid{grid-template-columns:1fr 1fr}.full{grid-column:1/-1}}
@media print{main{max-width:none}.grid{grid-template-columns:1fr 1fr}}
`;

/** The CSS colour of a series. */
export const colorOf = (index: number) => `var(--c${((index % seriesCount) + seriesCount) % seriesCount})`;
