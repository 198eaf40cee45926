internal import Charts

/// The one look of all pages: a book's column with notes in the margin, light and dark, on screen, phone and paper.
enum StyleSheet {
  /// The file of the report that holds it. It is half of what a page of prose weighs, so that pages do not each carry it.
  static let path = "style.css"

  static let css = colours + page + prose + findings + narrow + wide + paper + ChartStyle.css

  /// Text on its ground has a contrast of at least 7 : 1, secondary text and code of 4.5 : 1, in both themes.
  private static let colours = """
    :root{--paper:#fff;--ink:#1b1c1e;--soft:#565b62;--faint:#8b9199;--rule:#e3e5e8;--edge:#1b1c1e33;--wash:#f6f7f8;--link:#0b5394;\
    --bad:#a11d1d;--bad-wash:#fdf1f0;--good:#00664b;--warn:#7a4f00;--warn-wash:#fdf6e7;\
    --k:#8a2a86;--s:#8d3b12;--c:#5c646d;--n:#1b5fa0;--t:#1a6a55;--a:#7a5200;\(ChartStyle.properties(isDark: false));\
    --serif:Charter,"Bitstream Charter","Iowan Old Style","Source Serif 4","Noto Serif",Cambria,Georgia,serif;\
    --sans:system-ui,-apple-system,"Segoe UI","Noto Sans",Roboto,"Helvetica Neue",Arial,sans-serif;\
    --mono:ui-monospace,SFMono-Regular,Menlo,"Cascadia Code","DejaVu Sans Mono",Consolas,monospace}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#e6e7e9;--soft:#a9b0b8;--faint:#747c85;--rule:#2d3238;--edge:#e6e7e94d;\
    --wash:#1c2025;--link:#8ec5ff;--bad:#ff9d94;--bad-wash:#2c1b1b;--good:#6fd6b1;--warn:#f0c264;--warn-wash:#2a2417;\
    --k:#e4a1e0;--s:#f2b38c;--c:#98a1ab;--n:#8ec5ff;--t:#7fd6bd;--a:#e6c27a;\(ChartStyle.properties(isDark: true))}}

    """

  private static let page = """
    *,*::before,*::after{box-sizing:border-box}
    html{font-size:100%;scroll-padding-top:1.5rem;-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:1.125rem/1.62 var(--serif);text-rendering:optimizeLegibility}
    main{display:block;outline:0}
    a{color:var(--link)}
    :focus-visible{outline:.15rem solid var(--link);outline-offset:.15rem;border-radius:.15rem}
    .skip{position:absolute;left:-100rem;background:var(--paper);padding:.5rem 1rem;font-family:var(--sans);z-index:2}
    .skip:focus{left:1rem;top:1rem}
    .top{display:flex;justify-content:space-between;gap:1rem;font:.875rem/1.5 var(--sans);padding:1rem 1.25rem 0}
    .top a{color:var(--soft);text-decoration:none}.top a:hover{text-decoration:underline}
    article,footer,.contents,.neighbours{width:100%;max-width:42rem;margin:0 auto;padding:0 1.25rem}
    footer{font:.8125rem/1.5 var(--sans);color:var(--soft);border-top:1px solid var(--rule);margin-top:4rem;padding-top:1rem;padding-bottom:2rem}
    footer p{margin:0}
    .contents{font:.875rem/1.45 var(--sans);margin-top:3rem}
    .contents-title{font-weight:600;margin:0 0 .6rem}.contents .contents-title a{display:inline}
    .contents ol,.chapters{list-style:none;margin:0;padding:0}
    .contents a{display:flex;gap:.5rem;color:var(--ink);text-decoration:none;padding:.2rem 0}
    .contents a:hover{color:var(--link);text-decoration:underline}
    .contents [aria-current]{font-weight:600;color:var(--link)}
    .contents .sections{margin:0 0 .4rem 1.6rem;border-left:1px solid var(--rule);padding-left:.7rem}
    .contents .sections a{color:var(--soft)}.deep{padding-left:1rem}
    .ordinal{flex:none;min-width:1.5rem;color:var(--soft);font-variant-numeric:tabular-nums}
    .contents .extra{margin-top:.6rem;border-top:1px solid var(--rule);padding-top:.6rem}

    """

  /// A font for mathematics is named where there is one: without it sums stay small and brackets do not grow.
  private static let prose = """
    h1,h2,h3,h4{line-height:1.2;font-weight:600;letter-spacing:-.01em;margin:2.4em 0 .6em;position:relative}
    h1{font-size:2.4rem;margin:0 0 1rem}
    h2{font-size:1.55rem}h3{font-size:1.2rem}h4{font-size:1.05rem}
    .chapter-head,.title-page{margin:3rem 0 2.2rem}
    .title-page h1{font-size:2.9rem;margin-bottom:.6rem}
    .kicker{font:600 .8125rem/1.4 var(--sans);letter-spacing:.06em;text-transform:uppercase;color:var(--soft);margin:0 0 .5rem}
    .subtitle{font-size:1.3rem;line-height:1.4;color:var(--soft);margin:0 0 1rem}
    .authors{font-family:var(--sans);font-size:1rem;margin:0}
    .state{font:.9375rem/1.5 var(--sans);color:var(--soft);border-left:.2rem solid var(--rule);padding-left:.8rem}
    .state.failed{border-color:var(--bad);color:var(--bad)}
    .permalink{position:absolute;right:100%;padding-right:.35rem;font-weight:400;text-decoration:none;color:var(--faint);opacity:0}
    :hover>.permalink,.permalink:focus{opacity:1}
    p,ul,ol,dl,blockquote{margin:0 0 1.1em}
    ul,ol{padding-left:1.4rem}li{margin:.25em 0}
    blockquote{margin-left:0;padding-left:1.1rem;border-left:.2rem solid var(--rule);color:var(--soft)}
    img{max-width:100%;height:auto}
    hr{border:0;border-top:1px solid var(--rule);margin:2.5rem auto;width:6rem}
    code,samp,pre{font-family:var(--mono)}
    code{font-size:.86em;overflow-wrap:anywhere}
    pre{font-size:.8125rem;line-height:1.55;margin:0 0 1rem;padding:.8rem 1rem;overflow-x:auto;border-radius:.35rem;tab-size:2}
    .scroll,.formula,pre{--ground:var(--paper);--fade:\
    linear-gradient(90deg,var(--ground) 30%,transparent) 0 0/2.5rem 100% no-repeat local,\
    linear-gradient(270deg,var(--ground) 30%,transparent) 100% 0/2.5rem 100% no-repeat local,\
    linear-gradient(90deg,var(--edge) 0%,transparent 100%) 0 0/.6rem 100% no-repeat,\
    linear-gradient(270deg,var(--edge) 0%,transparent 100%) 100% 0/.6rem 100% no-repeat,var(--ground);background:var(--fade)}
    pre.listing,.notice pre{--ground:var(--wash)}
    .option{white-space:nowrap}.references a{overflow-wrap:anywhere}.tally{font-weight:600}
    .code{position:relative}
    .copy{position:absolute;top:.4rem;right:.4rem;font:.75rem/1.5 var(--sans);color:var(--soft);background:var(--paper);border:1px solid var(--rule);border-radius:.3rem;padding:.1rem .5rem;cursor:pointer;opacity:0}
    .code:hover .copy,.copy:focus-visible{opacity:1}@media (hover:none){.copy{opacity:1}}
    pre code,pre samp{font-size:1em;overflow-wrap:normal}
    .k{color:var(--k)}.s{color:var(--s)}.c{color:var(--c)}.n{color:var(--n)}.t{color:var(--t)}.a{color:var(--a)}
    .equation{display:flex;align-items:center;gap:1rem;margin:1.3em 0}
    .formula{flex:1;min-width:0;overflow-x:auto;overflow-y:hidden;padding:.3rem 0;text-align:center}
    math{font-family:"STIX Two Math","Cambria Math","Latin Modern Math","DejaVu Math TeX Gyre",math,var(--serif)}
    munderover>:nth-child(3),mover>:nth-child(2){padding-bottom:.1em}munder>:nth-child(2),munderover>:nth-child(2){padding-top:.1em}
    .formula .tex{white-space:pre-wrap;overflow-wrap:anywhere;text-align:left;display:block}
    .equation-number{font-size:.95rem;text-decoration:none}
    .number{font-variant-numeric:tabular-nums lining-nums}
    a.number{text-decoration-style:dotted;text-decoration-color:var(--faint);color:inherit;white-space:nowrap}
    a.number:hover{color:var(--link);text-decoration-color:currentColor}
    .missing{color:var(--bad);border-bottom:1px dashed var(--bad)}
    .neighbours{display:flex;justify-content:space-between;gap:2rem;margin:4rem auto 0;font:.9375rem/1.4 var(--sans)}
    .neighbours [rel=next]{text-align:right}
    .chapters{font-family:var(--sans);font-size:1rem}
    .chapters li{display:flex;align-items:baseline;gap:.8rem;margin:0;border-bottom:1px solid var(--rule)}
    .chapters a{display:flex;gap:.6rem;padding:.55rem 0;text-decoration:none;flex:1}
    .chapters a:hover{text-decoration:underline}
    .badge{font-size:.8125rem;color:var(--soft)}.badge.failed{color:var(--bad);font-weight:600}
    .references ul{list-style:none;padding:0;font-size:1rem}
    .search{display:flex;flex-wrap:wrap;align-items:center;gap:.4rem .8rem;font:1rem/1.5 var(--sans);margin:0 0 2rem}
    .search[hidden]{display:none}
    .search input{flex:1 1 16rem;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:.35rem;padding:.35rem .6rem}
    .search output{color:var(--soft)}
    .entries{font-family:var(--sans);font-size:1rem}.entries h2{font-size:1.2rem;font-family:var(--serif);margin:1.6em 0 .4em}
    .entries ul{list-style:none;padding:0;margin:0}.entries a{display:block;text-decoration:none}.entries a:hover{text-decoration:underline}
    .snippet{font-size:.875rem;line-height:1.45;color:var(--soft);margin:0 0 .4rem}

    """

  private static let findings = """
    .cell{margin:1.8rem 0;position:relative}
    .source{font:.75rem/1.5 var(--sans);color:var(--soft);margin:0 0 .4rem;display:flex;flex-wrap:wrap;gap:.1rem .8rem}
    .source a{color:var(--soft);text-decoration:none}.source a:hover{text-decoration:underline}
    .source>a{font-family:var(--mono);color:var(--ink)}
    .listing .line{display:inline-block;min-width:calc(100% + 2rem);background:var(--bad-wash);color:inherit;box-shadow:inset .2rem 0 var(--bad);margin:0 -1rem;padding:0 1rem}
    details{font-family:var(--sans)}
    summary{cursor:pointer;font-size:.8125rem;color:var(--soft);padding:.15rem 0;width:fit-content}
    summary:hover{color:var(--link)}
    details[open]>summary{margin-bottom:.4rem}
    .ansi-red{color:var(--bad)}.ansi-green{color:var(--good)}.ansi-yellow{color:var(--warn)}.ansi-blue{color:var(--n)}\
    .ansi-magenta{color:var(--k)}.ansi-cyan{color:var(--t)}.ansi-black,.ansi-white{color:var(--soft)}\
    .ansi-italic{font-style:italic}.ansi-underlined{text-decoration:underline}
    .output{border-left:.2rem solid var(--rule);border-radius:0;padding:.1rem 1rem;max-height:24rem;overflow:auto}
    .notice{font:.9375rem/1.55 var(--sans);background:var(--warn-wash);border-left:.2rem solid var(--warn);padding:.7rem 1rem;margin:0 0 1rem;overflow-wrap:anywhere}
    .notice strong{color:var(--warn)}
    .notice.failed{background:var(--bad-wash);border-color:var(--bad)}.notice.failed strong{color:var(--bad)}
    .notice p{margin:0 0 .3rem}.notice .place{color:var(--soft);font-size:.8125rem}
    .notice pre{background:none;padding:0;margin:0}
    .note{font-family:var(--sans);font-size:.9375rem;border-left:.2rem solid var(--rule);padding-left:1rem}
    .finding{margin:1.8rem 0}.finding figure{margin:0}
    figcaption{font:.875rem/1.5 var(--sans);color:var(--soft);margin:.6rem 0 0}
    .table figcaption{margin:0 0 .5rem}
    figcaption .label{font-weight:600;color:var(--ink);text-decoration:none}
    figcaption .label:hover{text-decoration:underline}
    .origin{color:var(--soft);font-size:.75rem;white-space:nowrap}
    .remark{font:.8125rem/1.5 var(--sans);color:var(--soft);margin:.4rem 0}
    .data{margin-top:.3rem}
    .scroll{overflow-x:auto;margin:0 0 1rem}
    .scroll.tall{max-height:30rem;overflow-y:auto}
    .tall thead th,.tall thead td{position:sticky;top:0;background:var(--paper)}
    table{border-collapse:collapse;font:.875rem/1.45 var(--sans);min-width:100%}
    th,td{padding:.32rem .9rem .32rem 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--rule)}
    th:last-child,td:last-child{padding-right:0}
    thead th{font-weight:600;vertical-align:bottom;border-bottom-color:var(--faint)}
    tbody th:not([scope=rowgroup]){min-width:7rem}.brief tbody th:not([scope=rowgroup]){min-width:0}
    .narrow table{min-width:0}.narrow th:not(:last-child),.narrow td:not(:last-child){padding-right:2.5rem}
    .beneath{display:block;color:var(--soft);font-size:.92em;line-height:1.4;margin-top:.15rem}
    thead .group{text-align:center;font-weight:400;color:var(--soft);padding-right:.9rem}
    tbody th{font-weight:400}
    tbody .group{font-weight:600;padding-top:.9rem}
    th.number,td.number,.values td{text-align:right}td.number,.values td{white-space:nowrap}
    .values td{font-variant-numeric:tabular-nums lining-nums}.values .text{text-align:left;white-space:normal}
    .number+th:not(.number),.number+td:not(.number){padding-left:.9rem}
    .spread,.details{color:var(--soft);font-size:.92em}
    .measurements{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,13rem),1fr));gap:.6rem 1.5rem;font-family:var(--sans);margin:1rem 0}
    .measurements dt{font-size:.8125rem;line-height:1.4;color:var(--soft)}
    .measurements dd{margin:0;font-size:1.15rem;line-height:1.4}
    .measurements .details{display:block;font-size:.75rem}
    .measurements a{white-space:normal}.numbers{margin:1rem 0}
    .claim{border:1px solid var(--rule);border-radius:.35rem;padding:1rem 1.1rem;margin:1.2rem 0;font:.9375rem/1.5 var(--sans)}
    .claim .statement{margin:0 0 .6rem;font-size:1rem}
    .claim dl{margin:0}.claim dl div,.conditions div{display:flex;gap:.8rem}
    .claim dt,.conditions dt{flex:none;width:5.5rem;color:var(--soft)}
    .claim dd,.conditions dd{margin:0;min-width:0;overflow-wrap:anywhere}
    .verdict{font-weight:600;color:var(--soft)}
    .statement .verdict{text-transform:uppercase;font-size:.75rem;letter-spacing:.05em;display:block}
    .reproduced .verdict,.verdict.reproduced{color:var(--good)}
    .contradicted .verdict,.verdict.contradicted{color:var(--bad)}
    .inconclusive .verdict,.verdict.inconclusive{color:var(--warn)}
    .images{display:grid;gap:.5rem}
    \(imageColumns(upTo: 12))
    .images img{width:100%;height:auto;display:block;border-radius:.2rem;image-rendering:auto}
    .images span{display:block;font:.75rem/1.4 var(--sans);color:var(--soft);overflow-wrap:anywhere}
    .origin-of{font:.875rem/1.5 var(--sans);margin:0 0 2rem}
    .origin-of h3{font:600 1rem/1.4 var(--mono);margin:1.4rem 0 .4rem}
    .conditions{margin:0 0 .6rem}.found{padding-left:1.1rem}
    .origin-of li:target,.measurements :target,.found :target{background:var(--warn-wash)}
    .origin-of code{font-size:.75rem}

    """

  /// A rule for each number of columns, since a number within `repeat` cannot be a variable everywhere.
  private static func imageColumns(upTo limit: Int) -> String {
    (1...12).map { columns in
      // Where whole rows can become whole rows they do: six columns are three and three, not four and two.
      let whole = (3...limit).last { columns.isMultiple(of: $0) }
      let count = columns <= limit ? columns : whole ?? limit
      return ".c\(columns){grid-template-columns:repeat(\(count),minmax(0,1fr))}"
    }.joined()
  }

  /// What is wider than a phone scrolls in its frame, beneath the names of the rows.
  private static let narrow = """
    @media (max-width:40rem){body{font-size:1.0625rem}h1,.title-page h1{font-size:1.9rem}.chapter-head,.title-page{margin-top:2rem}\
    .permalink{display:none}.equation{flex-wrap:wrap;gap:0}.formula{flex-basis:100%}.equation-number{margin-left:auto}.measurements{grid-template-columns:repeat(2,minmax(0,1fr))}\(imageColumns(upTo: 4))\
    .formula math{font-size:.94em}.claim dt,.conditions dt{width:4.4rem}\
    .table th[scope=row],.named thead tr:last-child>:first-child{position:sticky;left:0;background:var(--paper);box-shadow:1px 0 var(--rule)}\
    .named thead tr:last-child>:first-child{z-index:1}.table table:not(.brief) th[scope=row]{overflow-wrap:anywhere}}

    """

  /// Three columns: contents, text, margin.
  private static let wide = """
    @media (min-width:70rem){
    body{display:grid;grid-template-columns:minmax(13rem,1fr) minmax(0,39rem) minmax(13rem,1fr);column-gap:2.5rem;max-width:84rem;margin:0 auto;padding:0 2rem}
    .top{display:none}main{grid-column:2;grid-row:1}footer{grid-column:2;grid-row:2}
    article,footer,.neighbours{max-width:none;padding-left:0;padding-right:0;margin-left:0;margin-right:0}
    .contents{grid-column:1;grid-row:1/3;position:sticky;top:0;max-height:100vh;overflow-y:auto;align-self:start;padding:3.4rem 0 2rem;margin:0;max-width:16rem}
    .cell:not(.wide)>.source{position:absolute;left:calc(100% + 2.5rem);top:.9rem;width:12rem;flex-direction:column;gap:0;margin:0;border-left:1px solid var(--rule);padding-left:.8rem}
    .code.wide,.scroll.wide{margin-right:-15.5rem}
    }
    @media (min-width:80rem){.code.wide,.scroll.wide{margin-right:-18rem}}

    """

  private static let paper = """
    @media print{:root{--paper:#fff;--ink:#000;--soft:#333;--link:#000}html{font-size:9.5pt}body{display:block;max-width:none}\
    .scroll,.formula,pre{background:none}.plot{max-width:12.5cm}.panels{max-width:16cm}.source{break-after:avoid}\
    .contents,.top,.skip,.neighbours,.permalink,.copy,footer,.data,.origin{display:none}article{max-width:none;padding:0}\
    pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #ccc}figure,.claim,tr,.measurements div{break-inside:avoid}h1,h2,h3{break-after:avoid}\
    .scroll.tall{max-height:none}.code.wide,.scroll.wide{margin-right:0}\
    .cell:not(.wide)>.source{position:static;flex-direction:row;gap:.8rem;width:auto;border:0;padding:0}}

    """
}
