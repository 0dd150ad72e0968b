"""What libFuzzer puts into the inputs of each reader: pieces of its format."""

from __future__ import annotations

MARKDOWN_TOKENS = (
    *("# ", "## ", "\n---\n", "\n***\n", "```", "~~~", "```mermaid\ngraph TD\n", "> ", "> [!note]\n", ":::", "!!! note\n    "),
    *("| a | b |\n|---|---|\n", "$$", "$", "\\(", "\\[", "\\frac{", "\\begin{align}", "\\end{align}", "&", "[^1]", "[^1]: ", "![](", "]("),
    *("[[", "]]", "{{", "}}", "{%", "<!-- ", " -->", "<div>", "</div>", "<details>", "<kbd>", "<br>", "**", "__", "~~", "==", "- [ ] "),
    *("- ", "1. ", "+++\n", "---\n", ": ", "=== ", "{.class}", "{#id}", "{{< ", "%}", "@startuml", "\u2028", "\u200f", "\u0301"),
    *("\U0001f600", "\t", "&amp;", "https://", "javascript:"),
)
DIALECT_TOKENS = (
    *(
        "[](",
        "](#",
        "<!--",
        "+++",
        "%%%",
        ":::{note}",
        ":::{",
        "```{",
        "```{code-cell}\n",
        "{doc}`",
        "{ref}`",
        "(label)=\n",
        ".. note::",
        ":class: ",
    ),
    *("{{< ", " >}}", "{{% ", "%}}", "{% ", " %}", "{{ ", " }}", "{# ", " #}", "<% ", " %>", "{/* ", " */}", "--8<-- ", "{! ", " !}"),
    *(
        "::left::",
        "::right::",
        "<v-clicks>",
        "</v-clicks>",
        "???\n",
        "--\n",
        "Note:\n",
        "<!-- .slide: ",
        "<!-- _class: lead -->",
        "layout: ",
    ),
    *(
        "/// note | ",
        "///\n",
        "@fig-one",
        "[@key]",
        "#| ",
        "{.class #id}",
        "{: .class}",
        "^^^\n",
        "key:: ",
        "[key:: ",
        "![bg ",
        "![red](",
        "![[",
    ),
    *(
        "> [!tip]- ",
        '!!! note "',
        "??? tip\n",
        '=== "',
        '<div class="note">',
        "<details markdown>",
        "<Tabs>",
        "<TabItem ",
        "export const ",
        "import x from ",
    ),
    *("\u00a0", "\u3000", "** ", " **", "__ ", "%%", "==", "~~~", ":smile:", ":mdi-home:", "[[", "|alias]]", "\\n", "<Note>", "</Note>"),
    *("begin_src", "\\documentclass", "#+title: ", "====\n", "| a |\n|--|\n", "+---+\n", "\\pause", "\\newpage", ". . .\n"),
)
YAML_TOKENS = (
    *("scenes:", "- kind: ", "title: ", "narration: ", "options:\n", "&a ", "*a", "<<: ", "!!", "|\n", ">\n", "{", "[", "? ", "---\n"),
    *("null", "1e9", "0x"),
)
FORMULA_TOKENS = (
    *("\\frac{", "\\sqrt{", "\\left(", "\\right)", "\\text{", "\\begin{cases}", "\\end{cases}", "^{", "_{", "\\\\", "&", "\\mathbb{R}"),
    "\\operatorname{",
)
JSON_TOKENS = ('"scenes": [', '{"kind": "', '"title": ', "\\u0000", "null", "1e999")
SVG_TOKENS = ("<svg ", "<use href=", "url(", "<!ENTITY ", "<![CDATA[", "@import ", "&#0;", "%")
THEME_TOKENS = ("background: ", "text: ", "accent: ", "base: ", "font: ", "'#", "rgb(", "gradient", "&a ", "*a", "null", "1e999", "- ")
CRON_TOKENS = ("*", "/", "-", ",", "L", "#", "W", "MON", "DEC", "@daily", " ", "\n", "UTC", "Europe/Berlin", "59", "2/0")
TABLE_TOKENS = (",", ";", "\t", '"', "\r\n", "\ufeff", "%", "1e400", "nan")
SLIDE_TOKENS = ("<a:t>", "<p:sp>", "<a:tbl>", "r:id=", "<!ENTITY ")
WORD_TOKENS = (
    "<w:p>",
    "<w:t>",
    "<w:tbl>",
    "<w:tc>",
    "<w:vMerge/>",
    '<w:gridSpan w:val="',
    "<w:drawing>",
    "r:embed=",
    "<w:br/>",
    "<!ENTITY ",
)
HTML_TOKENS = (
    *("<table>", "<tr>", '<td colspan="', '<td rowspan="', "<ul>", "<li>", "<pre>", "<code>", "<img src=data:", "<h1>", "<blockquote>"),
    *(
        "<!--",
        "-->",
        "<![CDATA[",
        "&#x0;",
        "</p>",
        "<svg>",
        "<math>",
        "<template>",
        "<base href=",
        "<iframe>",
        "<select>",
        "<br>",
        "<a href=",
    ),
)
PDF_TOKENS = (
    *(
        "endobj",
        "stream\n",
        "endstream",
        "<< ",
        " >>",
        "/Type /Page",
        "/Kids [",
        "/Count ",
        "/Parent 2 0 R",
        "/Contents ",
        "/Length ",
        "xref",
    ),
    *("/Filter /FlateDecode", "/MediaBox [", "/Dest [", "/Next ", "trailer", "startxref", " 0 R", "/X Do", "BT ", " Tj", "99999999999"),
)
