"""Style of the page in light and dark mode; it loads no other files."""

from typing import Final

STYLE: Final = """
:root{color-scheme:light dark;--page:#f6f5f1;--card:#fff;--ink:#1d2129;--soft:#626a76;
--faint:#666d78;--line:#e4e2db;--band:#f4f2ec;--alert:#d9480f;--ticket:#1b6ec2;--good:#237032;
--bad:#c2255c;--good-band:#2b8a3e30;--bad-band:#c2255c3d;--heat:#b08900;--tip:#1d2129;
--tip-ink:#fff;--shadow:0 1px 2px #0000000d,0 8px 24px #0000000a}
@media (prefers-color-scheme:dark){:root{--page:#101318;--card:#181c23;--ink:#e8eaee;
--soft:#a0a8b4;--faint:#939ba7;--line:#2a3039;--band:#1d222a;--alert:#ff8552;--ticket:#5aa9f5;
--good:#69c77d;--bad:#ff6f9f;--good-band:#69c77d38;--bad-band:#ff6f9f45;--heat:#e3b93b;
--tip:#f1f3f5;--tip-ink:#14171c;--shadow:0 1px 2px #0006,0 8px 24px #0004}}*{
box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);
font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","DejaVu Sans",sans-serif;
font-variant-numeric:tabular-nums}main{max-width:1180px;margin:0 auto;padding:40px 28px 72px}h1{
font-size:22px;line-height:1.3;font-weight:650;margin:0 0 18px;overflow-wrap:anywhere}.about{
font-size:14px;margin:0 0 4px;color:var(--soft);display:flex;gap:10px;align-items:center;
flex-wrap:wrap}nav{margin:0 0 18px}nav a{color:inherit}
td.number,th.number{text-align:right}.sortable{width:100%}.sortable th:nth-child(n+3){
text-align:right}th button{font:inherit;color:inherit;background:none;border:0;padding:4px 0;
min-height:24px;cursor:pointer;text-decoration:underline dotted}th[aria-sort] button{
color:var(--ink);font-weight:650}th[aria-sort=ascending] button::after{content:" ↑"}
th[aria-sort=descending] button::after{content:" ↓"}
a:focus-visible,button:focus-visible,summary:focus-visible{outline:2px solid var(--ink);
outline-offset:2px}.days h3{margin:16px 0 6px}h2 a{color:inherit;text-decoration:none}
h2 a:hover,h2 a:focus{text-decoration:underline}h2{font-size:19px;font-weight:650;
margin:0;letter-spacing:-.01em;overflow-wrap:anywhere}h3{font-size:14px;font-weight:650;
margin:0 0 10px}.badge{
font-size:12px;font-weight:600;padding:2px 9px;border-radius:99px;border:1px solid var(--heat);
color:var(--ink)}.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(190px,1fr));
gap:14px;margin:0 0 14px}.card,.slo,.panel{background:var(--card);border:1px solid var(--line);
border-radius:14px;box-shadow:var(--shadow)}.card{padding:16px 20px}.card b{display:block;
font-size:30px;line-height:1.15;font-weight:650;letter-spacing:-.02em;white-space:nowrap}
.card b s{color:var(--faint);text-decoration:none;font-weight:500}.card b i{color:var(--faint);
font-style:normal;font-weight:400;padding:0 .18em}.card span{color:var(--soft);font-size:13px}
.card.worse b{color:var(--bad)}.lede{margin:0 0 18px;
border-left:4px solid var(--bad);padding:2px 0 2px 12px}.slo h3{margin:18px 0 0}.facts{
color:var(--soft);font-size:13px;margin:6px 0 14px;padding:0;list-style:none;columns:2;
column-gap:36px}.facts li{break-inside:avoid;padding:2px 0;overflow-wrap:anywhere}.legend{
display:flex;flex-wrap:wrap;gap:6px 20px;color:var(--soft);font-size:13px;margin:0 0 14px}
.legend span{display:inline-flex;align-items:center;gap:7px}.legend .key{position:static;
width:18px;height:12px;min-width:18px}.slo{padding:20px 22px 18px;margin:0 0 18px}.slo header{
display:flex;flex-wrap:wrap;gap:2px 14px;align-items:baseline;margin:0 0 14px}.slo header p{
margin:0;color:var(--soft);font-size:14px}.time{display:grid;grid-template-columns:112px 1fr;
row-gap:5px;align-items:center;position:relative}.name{color:var(--soft);font-size:12.5px;
padding-right:12px;text-align:right}.name b{color:var(--ink);font-weight:600}
.track{position:relative;height:24px;border-radius:5px;background:var(--band)}.track.axis{
height:22px;background:none}.track.events{height:20px;background:none}.track.heat{height:34px;
background:none;border-bottom:1px solid var(--line)}.tick{position:absolute;top:0;bottom:0;
border-left:1px solid var(--line);padding-left:5px;font-size:11.5px;color:var(--faint);
white-space:nowrap;pointer-events:none}.track:not(.axis) .tick{padding:0}.week{position:absolute;
top:0;bottom:0;background:#8884;opacity:.28;pointer-events:none}.band{position:absolute;top:0;
bottom:0;min-width:3px;pointer-events:none}.band.caught{background:var(--good-band)}
.band.missed,.band.ticket-only{background:var(--bad-band)}
.bar{position:absolute;top:4px;bottom:4px;min-width:5px;
border-radius:2px;outline-offset:2px;transform:translateX(-1px)}.bar.alert{
background:var(--alert)}.bar.ticket,.bar.log{background:var(--ticket)}.bar.lost{background:none;
border:2px solid var(--alert);min-width:7px}.bar.ticket.lost,.bar.log.lost{
border-color:var(--ticket)}.bar.new{box-shadow:0 0 0 2px var(--card),0 0 0 3.5px var(--ink)}
.old .bar:not(.lost){opacity:.62}.pin{position:absolute;top:1px;width:18px;height:18px;
margin-left:-9px;border-radius:99px;color:var(--card);font-size:11px;font-weight:700;
line-height:18px;text-align:center;outline-offset:2px}.pin.caught{background:var(--good)}
.pin.missed,.pin.ticket-only{background:var(--bad)}
.pin.unknown{background:var(--faint)}.day{position:absolute;
bottom:0;background:var(--heat);border-radius:2px 2px 0 0;opacity:.8;min-width:2px}.day.gap{
background:repeating-linear-gradient(135deg,var(--faint) 0 1px,transparent 1px 4px);opacity:.7}
[data-tip]:hover,[data-tip]:focus{z-index:5;outline:2px solid var(--ink)}
[data-tip]:hover::after,[data-tip]:focus::after{content:attr(data-tip);position:absolute;
left:50%;bottom:calc(100% + 9px);transform:translateX(-50%);width:max-content;max-width:300px;
background:var(--tip);color:var(--tip-ink);font:500 12.5px/1.45 system-ui,sans-serif;
text-align:left;white-space:pre-line;padding:8px 11px;border-radius:8px;
box-shadow:0 6px 22px #0005;pointer-events:none}
.left[data-tip]:hover::after,.left[data-tip]:focus::after{left:0;transform:none}
.right[data-tip]:hover::after,.right[data-tip]:focus::after{left:auto;right:0;transform:none}
.panel{padding:18px 22px;margin:18px 0 0}.scroll{overflow-x:auto}table{border-collapse:collapse;
min-width:60%;font-size:13.5px;margin-top:14px}th{font-weight:500;color:var(--soft);
text-align:left;font-size:12.5px}th,td{padding:6px 14px 6px 0;
border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}th{
white-space:normal}tr:last-child td{
border-bottom:0}td.wide{white-space:normal;overflow-wrap:anywhere;min-width:180px}td .dot{
display:inline-block;width:9px;height:9px;border-radius:3px;margin-right:8px}.dot.alert{
background:var(--alert)}.dot.ticket,.dot.log{background:var(--ticket)}
.fate-missed,.fate-ticket-only{
color:var(--bad);font-weight:600}.fate-caught{color:var(--good);font-weight:600}details{
margin-top:12px;font-size:13.5px}summary{cursor:pointer;color:var(--soft)}details ul{
margin:8px 0 0;padding-left:20px;color:var(--soft)}.quiet{color:var(--soft);font-size:13.5px;
margin:0;padding-left:20px}.figures{display:flex;flex-wrap:wrap;gap:10px 26px;
margin:16px 0 0}.figures dt{color:var(--soft);font-size:12.5px}.figures dd{margin:0}.who{
color:var(--soft);font-size:13.5px;margin:12px 0 0;overflow-wrap:anywhere}footer{
color:var(--faint);font-size:12.5px;margin-top:26px}
@media (max-width:720px){main{padding:22px 14px}.sortable tr:first-child{display:none}
tr:first-child{position:absolute;
left:-9999px}table,tbody,tr{display:block}tr{border-bottom:1px solid var(--line);padding:6px 0}
td{display:flex;justify-content:space-between;gap:14px;border:0;padding:2px 0;white-space:normal;
text-align:right}td.wide{min-width:0}td::before{content:attr(data-label);color:var(--soft);
text-align:left;flex:none}.facts{columns:1}.time{
grid-template-columns:92px 1fr}.name{padding-right:8px}.cards{grid-template-columns:1fr 1fr}
.card b{font-size:23px}
.track.axis .tick:nth-child(even){font-size:0}}@media print{body{background:#fff}
.card,.slo,.panel{box-shadow:none;break-inside:avoid}}
"""
