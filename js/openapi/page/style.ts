// The style of the page: it follows the system's light or dark, and keeps a contrast of at least 4.5 to 1 (WCAG 2.2 §1.4.3).

/** Stands in the page as it is here: the policy has its hash. */
export const style = `
:root{color-scheme:light dark;--back:#fff;--side:#f5f6f8;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--link:#0550ae;--code:#eef0f3;--get:#0a5c36;--post:#0b4fa8;--put:#7a4300;--patch:#5b3aa0;--delete:#a40e26;--other:#424a53}
@media (prefers-color-scheme:dark){:root{--back:#15181c;--side:#1b1f25;--text:#e6e9ed;--soft:#a3acb8;--line:#38404a;--link:#79b8ff;--code:#262b33;--get:#6fdd9b;--post:#86bbff;--put:#f0b25c;--patch:#c8adff;--delete:#ff9aa5;--other:#c3cad3}}
*{box-sizing:border-box}
html{scroll-padding-top:1rem}
body{margin:0;font:16px/1.5 system-ui,sans-serif;color:var(--text);background:var(--back);display:grid;grid-template-columns:20rem minmax(0,1fr)}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;left:-99rem}
.skip:focus{left:1rem;top:1rem;background:var(--back);padding:.5rem;z-index:1}
nav{background:var(--side);border-right:1px solid var(--line);padding:1rem;height:100vh;overflow:auto;position:sticky;top:0}
nav h2{font-size:.9rem;margin:1rem 0 .25rem}
nav ul{list-style:none;margin:0;padding:0}
nav a{display:block;padding:.2rem 0;text-decoration:none;color:var(--text);font-size:.85rem;overflow-wrap:anywhere}
nav a:hover{text-decoration:underline}
nav .method{font-size:.65rem;width:3.6rem}
main{padding:1.5rem 2rem 6rem;max-width:64rem}
h1{margin:0 0 .5rem;overflow-wrap:anywhere}
h2{margin:2rem 0 .5rem}
h4{margin:1.25rem 0 .4rem}
p{margin:.4rem 0}
code,pre,.path,.version{font-family:ui-monospace,SFMono-Regular,Consolas,monospace;font-size:.9em}
code{background:var(--code);border-radius:3px;padding:.05em .3em;overflow-wrap:anywhere}
pre{background:var(--code);border-radius:6px;padding:.75rem;overflow:auto;max-height:30rem;margin:.5rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
.version,.note,.rule,.summary,.lead,.about,.media{color:var(--soft)}
.version{font-weight:normal;font-size:1rem}
.rule{font-size:.9em}
.method{display:inline-block;width:4.6rem;font-weight:700;font-size:.8rem;letter-spacing:.03em;color:var(--other)}
.get{color:var(--get)}.post{color:var(--post)}.put{color:var(--put)}.patch{color:var(--patch)}.delete{color:var(--delete)}
details{border:1px solid var(--line);border-radius:6px;margin:.5rem 0;content-visibility:auto;contain-intrinsic-size:auto 2.8rem}
summary{padding:.55rem .75rem;cursor:pointer;overflow-wrap:anywhere}
details[open]>summary{border-bottom:1px solid var(--line);background:var(--side)}
.path{font-weight:600}
.gone{text-decoration:line-through}
.mark,.required{color:var(--delete);font-size:.85em;font-weight:400}
.inside{padding:.5rem 1rem 1rem}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem .4rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600}
ul{margin:.25rem 0;padding-left:1.25rem}
.members{list-style:none;border-left:2px solid var(--line);padding-left:.75rem}
.members>li{margin:.3rem 0}
.type{color:var(--patch)}
dl{margin:0}
.answers{display:grid;grid-template-columns:4.5rem minmax(0,1fr);gap:.25rem .5rem}
dt{font-weight:600}
dd{margin:0}
dl:not(.answers) dd{margin:0 0 .5rem 1rem}
.answers dd>p:first-child,.content>p:first-child{margin-top:0}
label{display:block;font-size:.9rem;font-weight:600}
label .rule{font-weight:400}
input,select,textarea,button{font:inherit;color:inherit;background:var(--back);border:1px solid var(--soft);border-radius:4px;padding:.35rem .5rem;max-width:100%}
input[type=text],input[type=password],input[type=search],textarea{width:100%}
textarea{resize:vertical;font:.9em/1.5 ui-monospace,SFMono-Regular,Consolas,monospace}
.inside details{margin-top:.75rem}
.server,.try p{max-width:40rem}
button{cursor:pointer;padding:.35rem 1rem;font-weight:600}
button[type=submit]{background:var(--link);color:var(--back);border-color:var(--link)}
button:disabled{opacity:.6}
.result{display:block}
[hidden]{display:none}
@media (max-width:50rem){body{display:block}nav{position:static;height:auto;max-height:45vh;border-right:0;border-bottom:1px solid var(--line)}main{padding:1rem}}
@media print{nav,.try{display:none}body{display:block}}
`;
