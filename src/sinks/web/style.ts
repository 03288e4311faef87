import { Html } from './html.ts';

/** The one style sheet, put into every page so that a saved page still looks as it did. Colours have a contrast of at least 4.5 to 1. */
export const style = new Html(`
:root{color-scheme:light dark;--ink:#1a1d21;--soft:#565d66;--line:#dcdfe3;--paper:#fff;--raised:#f5f6f8;--link:#0b57b0;
--bad:#a3200d;--bad-paper:#fdf0ed;--warn:#7a4b00;--warn-paper:#fdf5e4;--good:#14663a;--good-paper:#ecf6ef}
@media (prefers-color-scheme:dark){:root{--ink:#e4e7ea;--soft:#a2a9b1;--line:#33393f;--paper:#131619;--raised:#1c2024;--link:#82b4f5;
--bad:#ff9a85;--bad-paper:#2c1a17;--warn:#efc069;--warn-paper:#2a2215;--good:#7fd0a0;--good-paper:#15251b}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
header.site,main,footer.site{max-width:62rem;margin:0 auto;padding:0 1.25rem}
header.site{display:flex;gap:1.25rem;align-items:baseline;padding-top:.9rem;padding-bottom:.9rem;font-size:.9rem}
header.site strong{font-weight:650;white-space:nowrap}
header.site span{color:var(--soft);overflow-wrap:anywhere}
footer.site{margin-top:3rem;padding-top:1rem;padding-bottom:2rem;border-top:1px solid var(--line);color:var(--soft);font-size:.875rem}
a{color:var(--link);text-underline-offset:.15em}
a:focus-visible,summary:focus-visible,input:focus-visible,select:focus-visible,button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-100rem}.skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.5rem;z-index:1}
h1{font-size:1.6rem;line-height:1.25;margin:.35rem 0 .6rem;font-weight:650;overflow-wrap:anywhere}
h2{font-size:1.05rem;line-height:1.3;margin:2.2rem 0 .6rem;font-weight:650}
h3{font-size:1rem;margin:1.2rem 0 .3rem;font-weight:600;overflow-wrap:anywhere}
p{margin:.4rem 0;max-width:46rem;overflow-wrap:anywhere}
ol,ul{margin:.4rem 0;padding-left:1.3rem}
li{margin:.5rem 0;overflow-wrap:anywhere}
.lead{font-size:1.08rem}
.soft{color:var(--soft)}
.meta{color:var(--soft);font-size:.9rem}
.tag{display:inline-block;padding:.05rem .5rem;border-radius:.3rem;font-size:.8rem;font-weight:600;background:var(--raised);color:var(--soft);white-space:nowrap}
.bad{background:var(--bad-paper);color:var(--bad)}.warn{background:var(--warn-paper);color:var(--warn)}.good{background:var(--good-paper);color:var(--good)}
pre,code{font:.875rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;unicode-bidi:isolate}
code{overflow-wrap:anywhere}
pre{margin:.35rem 0;padding:.6rem .8rem;background:var(--raised);border-radius:.4rem;white-space:pre-wrap;overflow-wrap:anywhere;max-height:24rem;overflow:auto}
pre.command{user-select:all;-webkit-user-select:all;cursor:copy;border-left:3px solid var(--link)}
.meta.source{margin:.8rem 0 0}
.proof{border-left:3px solid var(--bad);padding-left:1rem;margin:1rem 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.925rem}
th,td{text-align:left;vertical-align:top;padding:.45rem .9rem .45rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;unicode-bidi:isolate}
th{font-weight:600;color:var(--soft);font-size:.85rem;white-space:nowrap}
td.time,td.number,td.tight{white-space:nowrap;font-variant-numeric:tabular-nums}
td.wide{min-width:14rem}
article:target,tr:target{background:var(--warn-paper);box-shadow:0 0 0 .5rem var(--warn-paper);border-radius:.2rem}
details{margin:1rem 0}summary{cursor:pointer;font-weight:600}
form.filter{display:flex;flex-wrap:wrap;gap:.6rem 1rem;align-items:end;margin:.6rem 0 1rem;font-size:.875rem}
form.filter label{display:grid;gap:.15rem;color:var(--soft)}
input,select,button{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:.3rem;padding:.3rem .5rem;max-width:12rem}
button{background:var(--raised);font-weight:600}
@media (max-width:40rem){body{font-size:1.02rem}h1{font-size:1.35rem}header.site,main,footer.site{padding-left:1rem;padding-right:1rem}
table.stack thead{position:absolute;left:-100rem}table.stack tr{display:block;padding:.5rem 0;border-bottom:1px solid var(--line)}
table.stack td{display:block;border:0;padding:.1rem 0}table.stack td.time,table.stack td.tight{white-space:normal}}
@media print{pre{max-height:none}header.site,.filter{display:none}}
`);
