"""Print a Dockerfile as lines of shell for fresh.sh, which has the functions: `stage`, `copy`, `step`, `start`.

    python3 tests/fresh/image_steps.py deploy/Dockerfile

What the lines do is what the Dockerfile says, read by the rules of Docker for the instructions it uses; another instruction is an error.
"""

import json
import re
import shlex
import sys
from pathlib import Path

WITHOUT_EFFECT = {"EXPOSE", "STOPSIGNAL", "VOLUME"}


def instructions(text: str) -> list[tuple[str, str]]:
    """The instructions, (name, rest) each, with continued lines joined and comments left out."""
    text = re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    pairs = [line.strip().split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return [(name.upper(), rest.strip()) for name, rest in pairs]


def lines(text: str) -> list[str]:
    """The lines of shell. Raises ValueError for an instruction that is not known here."""
    shell: list[str] = []
    names: list[str] = []
    variables: dict[str, str] = {}
    arguments: dict[str, str] = {}
    directory, user, health = "/", "root", ""
    for name, rest in instructions(text):
        exports = "".join(f"export {key}={value}; " for key, value in variables.items())
        given = "".join(f"export {key}={value}; " for key, value in arguments.items())
        if name == "FROM":
            base, _, alias = rest.partition(" AS ")
            names.append(alias or f"stage{len(names)}")
            directory, user, variables, arguments = "/", "root", {}, {}
            shell.append(f"stage {shlex.quote(names[-1])} {shlex.quote(base)}")
        elif name == "WORKDIR":
            directory = rest
            shell.append(f"step {names[-1]} root {shlex.quote(f'mkdir -p {rest}')}")
        elif name == "ENV":
            variables |= dict(pair.split("=", 1) for pair in shlex.split(rest.replace("$", "\\$")))
        elif name == "ARG":  # nothing is given for it, so it has its default; running programs do not see it
            key, _, default = rest.partition("=")
            arguments[key] = shlex.quote(default)
        elif name == "USER":
            user = rest.partition(":")[0]
        elif name == "COPY":
            *sources, target = shlex.split(rest)
            origin = sources.pop(0).removeprefix("--from=") if sources[0].startswith("--from=") else "context"
            shell.append(" ".join(["copy", names[-1], origin, *map(shlex.quote, [*sources, str(Path(directory, target))])]))
        elif name == "RUN":
            shell.append(f"step {names[-1]} {user} {shlex.quote(f'{given}{exports}cd {directory} && {rest}')}")
        elif name == "HEALTHCHECK":
            health = exports + shlex.join(json.loads(rest[rest.index("CMD") + 3 :]))
        elif name == "CMD":
            command = exports + f"cd {directory} && " + "exec {} " + shlex.join(json.loads(rest))
            shell.append(f"start {names[-1]} {user} {shlex.quote(command)} {shlex.quote(health)}")
        elif name not in WITHOUT_EFFECT:
            raise ValueError(f"{name} is not known here")
    return shell


if __name__ == "__main__":
    print(*lines(Path(sys.argv[1]).read_text()), sep="\n")
