"""Style sheet of the report, for screen and print."""

CSS = """
:root { --ink: #1f2933; --soft: #5b6773; --line: #dde2e7; --paper: #ffffff; --ground: #f3f5f7;
  --blue: #0072b2; --good: #00694d; --good-bg: #e3f3ee; --bad: #a33c00; --bad-bg: #fbeadf;
    --unknown-bg: #eceff2; }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
main, header > div { max-width: 1080px; margin: 0 auto; padding: 0 24px; }
header { background: #14212e; color: #fff; padding: 28px 0 26px; }
header .brand { font-size: 12.5px; letter-spacing: .12em; text-transform: uppercase; color: #9fb6c9; }
header h1 { margin: 2px 0 6px; font-size: 30px; line-height: 1.2; font-weight: 650;
  overflow-wrap: anywhere; }
header p { margin: 0; color: #c7d3de; overflow-wrap: anywhere; }
header code { font-size: 12.5px; color: #e6edf3; }
.verdict { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px; margin: -14px 0 20px; }
.verdict div { border-radius: 8px; padding: 12px 16px; background: var(--unknown-bg);
  border-left: 5px solid #8a96a3;
  box-shadow: 0 1px 3px rgb(20 33 46 / 12%); }
.verdict b { display: block; font-size: 12px; text-transform: uppercase; letter-spacing: .06em;
  color: var(--soft); }
.verdict .good { background: var(--good-bg); border-color: #009e73; color: var(--good); }
.verdict .bad { background: var(--bad-bg); border-color: #d55e00; color: var(--bad); }
.verdict span { font-weight: 600; }
.cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin-bottom: 20px; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 12px 16px; }
.card b { display: block; font-size: 25px; line-height: 1.25; font-weight: 650;
  font-variant-numeric: tabular-nums;
  white-space: nowrap; }
.card span { color: var(--soft); font-size: 13px; }
.card small { display: block; color: var(--soft); font-size: 12px; margin-top: 2px; }
section { background: var(--paper); border: 1px solid var(--line); border-radius: 8px;
  padding: 18px 22px 20px;
  margin-bottom: 20px; }
h2 { margin: 0 0 2px; font-size: 19px; font-weight: 650; }
h3 { margin: 18px 0 6px; font-size: 14.5px; }
section > p { margin: 0 0 12px; color: var(--soft); max-width: 80ch; }
svg, section img { display: block; width: 100%; height: auto; }
svg text { font-family: inherit !important; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12px; vertical-align: bottom;
  border-bottom: 1.5px solid var(--line); padding: 6px 10px 6px 0; }
td { border-bottom: 1px solid #edf0f3; padding: 6px 10px 6px 0; vertical-align: top; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td small { display: block; color: var(--soft); }
tr:last-child td { border-bottom: 0; }
.bar { display: flex; height: 10px; min-width: 130px; border-radius: 3px; overflow: hidden;
  background: #edf0f3; margin-top: 5px; }
.bar i { display: block; height: 100%; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.better { color: var(--good); font-weight: 600; }
.worse { color: var(--bad); font-weight: 600; }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin: 0 5px 0 0; }
p .key { margin-left: 10px; }
summary { cursor: pointer; color: var(--blue); font-weight: 600; margin-top: 8px; }
.none { color: var(--soft); }
footer { color: var(--soft); font-size: 12.5px; padding: 0 0 32px; }
@media (max-width: 720px) { .verdict { grid-template-columns: 1fr;
  } .cards { grid-template-columns: 1fr 1fr; }
  main, header > div { padding: 0 14px; } }
@media print {
  @page { size: A4; margin: 12mm; }
  body { background: #fff; font-size: 12px; }
  header { color: var(--ink); background: none; padding: 0 0 10px; border-bottom: 2px solid var(--ink);
    margin-bottom: 22px; }
  header p, header .brand, header code { color: var(--soft); }
  main, header > div { max-width: none; padding: 0; }
  .verdict div, .card, section { box-shadow: none; print-color-adjust: exact;
    -webkit-print-color-adjust: exact; }
  .cards { grid-template-columns: repeat(4, 1fr); }
  .card b { font-size: 19px; }
  .card, .verdict, tr, svg, img { break-inside: avoid; }
  table { font-size: 10.5px; }
  th { font-size: 9.5px; }
  th, td { padding: 4px 6px 4px 0; }
  .wide { overflow: visible; }
  h2, h3, section > p { break-after: avoid; break-inside: avoid; }
  section { border: 0; padding: 6px 0; }
}
"""
