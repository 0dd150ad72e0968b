"""Variables of scripts: each value is text, and the script keeps its structure whatever the values hold."""

from __future__ import annotations

import json

import pytest

from videogen import script
from videogen.errors.script import BadValues
from videogen.pipeline.script_set import expand
from videogen.pipeline.set_titles import set_title, titles_of
from videogen.script.inline import plain
from videogen.script.variables import parse_template

MARKDOWN = """---
title: Hello {{name}}
voice: none
---
# For {{name}}, today

{{name}}

<!-- say: Dear {{ name }} -->

## Points

- {{name}}
- b

## Table

| a | {{name}} |
|---|---|
| x | {{name}} |

## Code

```python
{{name}}
print("{{name}}", "{{ kept }}")
```
"""
YAML = """title: Hello {{name}}
scenes:
  - kind: text
    heading: {{name}}  # {{name}} in a comment
    paragraphs: ["To {{name}}", '{{name}}']
    say: |
      Dear {{name}},
      welcome.
  - {kind: code, code: "x = {{name}}"}
"""
JSON = json.dumps(
    {
        "title": "Hello {{name}}",
        "scenes": [{"kind": "text", "heading": "{{name}}", "paragraphs": ["To {{name}}"]}, {"kind": "code", "code": "x = {{name}}"}],
    }
)
HOSTILE = (
    "**b** _u_ `q` [l](u) ![i](p.png) ~~s~~ ==m== $5 and $6 | {pause} [[w]] ^a^ \\alpha",
    "<b>x</b> <!-- say: no --> --> &amp; &#42; Tom & Co",
    "{{ name }} {% raw %} {{< figure >}} %%x%%",
    "# New",
    "- a\n- b",
    "1. one",
    "---",
    "===",
    "```",
    "> quoted",
    "::: quiz",
    "!!! note",
    "| a | b |",
    "<script>alert(1)</script>",
    "Note:",
    'key: "value", {a: [1]}',
    "\u2028line\x00s\tand\r\nbreaks",
)


@pytest.mark.parametrize("value", HOSTILE)
def test_value_is_text_in_every_place_of_a_markdown_script(value: str) -> None:
    filled = parse_template(MARKDOWN, "markdown").fill({"name": value})
    reading = script.read(filled, "markdown")
    shown = " ".join(value.replace("\x00", " ").replace("\u2028", " ").split())
    title, text, points, table, code = reading.script.scenes
    assert [scene.kind for scene in reading.script.scenes] == ["title", "text", "list", "table", "code"]
    assert reading.warnings == ()
    assert reading.script.title == f"Hello {shown}"
    assert plain(title.title) == f"Hello {shown}"  # type: ignore[union-attr]
    assert (plain(text.heading), plain(text.paragraphs[0])) == (f"For {shown}, today", shown)  # type: ignore[union-attr]
    assert plain(text.say or "") == f"Dear {shown}"
    assert plain(points.items[0].text) == shown  # type: ignore[union-attr]
    assert plain(table.header[1]) == plain(table.rows[0][1]) == shown  # type: ignore[union-attr]
    assert code.code.split("\n") == [shown.replace("```", "'''"), f'print("{shown}", "{{{{ kept }}}}")']  # type: ignore[union-attr]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.parametrize(("source", "format"), [(YAML, "yaml"), (JSON, "json")])
def test_value_is_text_in_every_place_of_a_yaml_or_json_script(value: str, source: str, format: str) -> None:
    value = value.replace("\x00", "")
    read = script.read(parse_template(source, format).fill({"name": value}), format).script
    shown = " ".join(value.replace("\u2028", " ").split())
    text, code = read.scenes
    assert read.title == f"Hello {shown}"
    assert (plain(text.heading), plain(text.paragraphs[0])) == (shown, f"To {shown}")  # type: ignore[union-attr]
    assert code.code.startswith("x = ")  # type: ignore[union-attr]


def test_number_that_stands_alone_is_a_number_in_yaml_and_a_text_within_quotes() -> None:
    source = 'title: "{{n}}"\nscenes:\n- {kind: chart, points: [[a, {{n}}]]}\n'
    assert parse_template(source, "yaml").fill({"n": "12.5"}) == 'title: "12.5"\nscenes:\n- {kind: chart, points: [[a, 12.5]]}\n'


def test_address_takes_a_value_as_a_part_of_it() -> None:
    filled = parse_template("![A {{x}}](pictures/{{x}}.png)\n\n[More](https://a.example/?q={{x}})", "markdown").fill({"x": "a (b) c"})
    assert filled == "![A a (b) c](pictures/a%20%28b%29%20c.png)\n\n[More](https://a.example/?q=a%20%28b%29%20c)"


def test_plain_text_is_put_in_as_it_is_written() -> None:
    value = "Anna-Maria O'Neil, 3.5 % & “co” (2027)"
    assert parse_template("# For {{ name }}!", "markdown").fill({"name": value}) == f"# For {value}!"


def test_table_gives_a_script_for_each_row_and_names_columns_that_are_not_used() -> None:
    made = expand("# Hi {{first_name}}\n\nIn {{city}}.", None, 'First name;City;Phone\n"Anna; B.";Berlin;1\nBo;"Os\nlo";2\n')
    assert [row.script for row in made.rows] == ["# Hi Anna; B.\n\nIn Berlin.", "# Hi Bo\n\nIn Os lo."]
    assert (made.variables, made.unused, made.rows[0].label) == (("first_name", "city"), ("Phone",), "Anna; B.")


def test_yaml_list_keeps_values_as_they_are_written() -> None:
    made = expand("# Agent {{number}}\n\n{{note}}", "markdown", '- number: 007\n  note: ""\n- {number: 1.50, note: yes}\n')
    assert [row.script for row in made.rows] == ["# Agent 007\n\n", "# Agent 1.50\n\nyes"]


def test_front_matter_gives_a_value_where_the_row_has_none() -> None:
    made = expand("---\nvariables:\n  city: Berlin\n---\n# {{name}} in {{city}}", None, "name,city\nAnna,\nBo,Oslo\n")
    assert [row.script.rpartition("\n")[2] for row in made.rows] == ["# Anna in {{city}}", "# Bo in Oslo"]


@pytest.mark.parametrize(
    ("source", "values", "message"),
    [
        ("# {{name}} {{city}}", "name,city\nAnna,Berlin\nBo,\n", "Row 2: it has no value for {{city}}."),
        ("# {{name}} {{city}}", "name\nAnna\n", "There is no column for {{city}}."),
        ("# Hello", "name\nAnna\n", "The script has no variables."),
        ("# {{other}}", "name\nAnna\n", "No column has the name of a variable of the script (other)."),
        ("# {{name}}", "name,city\nAnna,Berlin,Oslo\n", "Row 1: it has 3 values, and the first line names 2 columns."),
        ("# {{name}}", "name,Name\nAnna,Bo\n", "The columns 'name' and 'Name' have the same name."),
        ("# {{name}}", "name\n", "There are no rows of values."),
        ("# {{name}}", "", "There are no rows of values."),
        ("# {{name}}", '""\n , ', "There are no rows of values."),
        ("# {{name}}", 'name\n"Anna\n', "The table cannot be read"),
        ("# {{name}}", [{"name": ["a"]}], "Row 1: the value of name has to be a text or a number."),
        ("# {{name}}", [{"name": "a"}, "b"], "Row 2: it is no mapping of names to values."),
        ("# {{name}}", "- name: a\n- b\n", "Row 2: it is no mapping of names to values."),
        ("# {{name}}", "name\n" + "a\n" * 100, "There are 100 rows; a set has at most 99 videos."),
    ],
)
def test_values_that_cannot_be_used_are_refused_by_row_and_name(source: str, values: object, message: str) -> None:
    with pytest.raises(BadValues) as refused:
        expand(source, "markdown", values)  # type: ignore[arg-type]
    assert refused.value.detail.startswith(message)


def test_titles_of_videos_tell_them_apart() -> None:
    rows = [{"title": "", "label": "Anna"}, {"title": "", "label": "Bo"}, {"title": "Mine", "label": "C"}]
    assert titles_of(rows, ["Hi", "Hi", "Hi"]) == ["Hi – Anna", "Hi – Bo", "Mine"]
    assert titles_of([{"title": "", "label": "A"}] * 2, ["Hi", "Hi"]) == ["Hi – A (1)", "Hi – A (2)"]
    assert (set_title("", ["Hi", "Ho", "Ha"]), set_title(" Mine ", ["Hi"])) == ("Hi and 2 more", "Mine")
