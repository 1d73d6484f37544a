"""Lists the `arange` calls that upstream's repair (PR 28760, released in transformers 4.38.0) changed.

Both releases are parsed with Python's `ast`, every `arange` call is paired with its successor in the same definition, and
a call whose expression (with the casts that hang on it) differs is a site. Every other `arange` or `linspace` call is
listed under `expectSilent` or, where it is a float range that upstream left alone, under `missedUpstream`. Only paths,
positions, forms and classes are stored, never source text.

    upstream.py BEFORE AFTER [--check]      writes (or compares) transformers-4.37.2.json beside this file
    upstream.py BEFORE AFTER --apply TREE   changes TREE, a copy of BEFORE, at the float and ambient sites as AFTER has them
"""
import ast
import difflib
import json
import sys
from dataclasses import dataclass
from pathlib import Path

OUTPUT = Path(__file__).with_name("transformers-4.37.2.json")
CASTS = {"float", "to", "type_as", "type", "half", "bfloat16", "long"}
FLOATING_CONSTANTS = ("torch.float", "torch.float32")
INTEGER_CONSTANTS = ("torch.long", "torch.int", "torch.int32", "torch.int64", "np.int32", "np.int64", "jnp.int32", "'i4'")

# Judged by reading: the dtype these take from a value is an integer dtype.
INTEGER_VALUES = ("subseq_image_input_ids.dtype", "predicted_lengths.dtype", "bbox.dtype")
INTEGER_LOCALS = {("models/cpmant/modeling_cpmant.py", "dtype")}

# Judged by reading: a call that upstream replaced for another reason than its dtype.
REFACTORS = {("models/llama/modeling_llama.py", "LlamaModel.forward")}

# Judged by reading: silent although the constructor's dtype floats, and why.
SILENT_FLOATS = {
    ("models/vits/modeling_vits.py", "duration.dtype"): "mask",
    ("models/bloom/modeling_flax_bloom.py", "jnp.float32"): "explicit float32, no environment of this dialect",
}

# Integer ranges whose later arithmetic other rules may speak about; `float-range` itself has to stay silent there.
FEEDS_FREQUENCIES = (
    "models/clvp/modeling_clvp.py", "models/esm/modeling_esm.py", "models/seamless_m4t/modeling_seamless_m4t.py",
    "models/wav2vec2_bert/modeling_wav2vec2_bert.py", "models/wav2vec2_conformer/modeling_wav2vec2_conformer.py",
    "models/patchtst/modeling_patchtst.py", "models/patchtsmixer/modeling_patchtsmixer.py",
    "models/whisper/modeling_whisper.py", "models/whisper/modeling_flax_whisper.py", "models/nezha/modeling_nezha.py",
    "models/mega/modeling_mega.py", "models/speecht5/modeling_speecht5.py",
)  # fmt: skip


@dataclass
class Range:
    """One arange call: where it is, its arguments without dtype, its dtype argument, the casts that hang on it."""

    line: int
    column: int
    definition: str
    arguments: str
    dtype: str | None
    casts: list[str]
    float_literal: bool
    consumer: str
    dotted: str
    span: tuple[int, int, int, int]

    @property
    def expression(self) -> str:
        return f"{self.dotted}({self.arguments}, {self.dtype}){''.join(self.casts)}"


def ranges_of(path: Path) -> list[Range]:
    """All arange and linspace calls of a file, in source order."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in ("arange", "linspace"):
            found.append(describe(node, parents))
    return sorted(found, key=lambda item: (item.line, item.column))


def describe(call: ast.Call, parents: dict) -> Range:
    dtype = next((ast.unparse(word.value) for word in call.keywords if word.arg == "dtype"), None)
    words = [ast.unparse(word.value) for word in call.keywords if word.arg in ("start", "end", "step")]
    arguments = ", ".join([ast.unparse(argument) for argument in call.args] + words)
    literals = [node.value for argument in call.args for node in ast.walk(argument) if isinstance(node, ast.Constant)]
    casts, top = casts_on(call, parents)
    return Range(
        line=call.lineno,
        column=call.col_offset + 1,
        definition=definition_of(call, parents),
        arguments=arguments,
        dtype=dtype,
        casts=casts,
        float_literal=any(isinstance(value, float) for value in literals),
        consumer=consumer_of(top, parents),
        dotted=ast.unparse(call.func),
        span=(top.lineno, top.col_offset, top.end_lineno, top.end_col_offset),
    )


def casts_on(call: ast.Call, parents: dict) -> tuple[list[str], ast.AST]:
    """The casts applied directly to the call, as text, and the outermost expression of the chain."""
    casts, node = [], call
    while True:
        attribute = parents[node]
        if not (isinstance(attribute, ast.Attribute) and attribute.attr in CASTS):
            return casts, node
        outer = parents[attribute]
        if not (isinstance(outer, ast.Call) and outer.func is attribute):
            return casts, node
        casts.append(f".{attribute.attr}({', '.join(ast.unparse(argument) for argument in outer.args)})")
        node = outer


def consumer_of(node: ast.AST, parents: dict) -> str:
    """The operator or function that takes the range next: '/', '*', 'einsum', 'name = ...'."""
    symbols = {ast.Div: "/", ast.Mult: "*", ast.Pow: "**", ast.Add: "+", ast.Sub: "-"}
    parent = parents[node]
    if isinstance(parent, ast.BinOp):
        return symbols.get(type(parent.op), type(parent.op).__name__)
    if isinstance(parent, ast.Attribute):
        return parent.attr
    if isinstance(parent, ast.Call):
        return ast.unparse(parent.func)
    return "assignment" if isinstance(parent, (ast.Assign, ast.AnnAssign)) else type(parent).__name__


def definition_of(node: ast.AST, parents: dict) -> str:
    names = []
    while node in parents:
        node = parents[node]
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.append(node.name)
    return ".".join(reversed(names))


def pairs(before: list[Range], after: list[Range]):
    """Pairs calls of the same definition: equal arguments first, the rest by order."""
    matcher = difflib.SequenceMatcher(
        a=[(item.definition, item.arguments) for item in before],
        b=[(item.definition, item.arguments) for item in after],
        autojunk=False,
    )
    for tag, low, high, start, stop in matcher.get_opcodes():
        if tag == "insert":
            continue
        for index in range(low, high):
            partner = start + index - low
            yield before[index], after[partner] if partner < stop else None




def form_of(item: Range) -> str:
    """How the call comes by its dtype."""
    if item.dtype is None:
        return "float literal" if item.float_literal else "default dtype"
    if item.dtype in FLOATING_CONSTANTS + INTEGER_CONSTANTS:
        return item.dtype
    return item.dtype if item.dtype.endswith(".dtype") else f"{item.dtype} parameter"


def is_integer(path: str, item: Range) -> bool:
    """Whether the constructor's own dtype is an integer dtype."""
    if item.dotted.endswith("linspace"):
        return False
    if item.dtype is None:
        return not item.float_literal
    return item.dtype in INTEGER_CONSTANTS + INTEGER_VALUES or (path, item.dtype) in INTEGER_LOCALS


def class_of(path: str, item: Range) -> str:
    """Why upstream changed the call. An int64 range that is divided without `.float()` follows the default dtype."""
    if (path, item.definition) in REFACTORS:
        return "refactor"
    if item.dtype is not None and is_integer(path, item):
        return "integer-dtype"
    if is_integer(path, item) and ".float()" in item.casts:
        return "spells-out-default"
    return "float-or-ambient"


def replacement_of(before: Range, after: Range | None) -> str:
    """The form upstream chose, or that the next release dropped the call."""
    if after is None or after.definition != before.definition or after.arguments != before.arguments:
        return "call gone in 4.38.0 (refactored after the repair)"
    casts = [cast.split("(")[0] for cast in after.casts]
    suffix = after.casts[0] if casts and casts[0] in (".to", ".float") else (casts[0] if casts else "")
    return " + ".join(part for part in ("int64" if after.dtype == "torch.int64" else str(after.dtype), suffix) if part)


def silence_of(path: str, item: Range) -> str | None:
    """Why a call that upstream left alone must raise neither error nor warning; None for a float range it missed."""
    if (path, item.dtype) in SILENT_FLOATS:
        return SILENT_FLOATS[path, item.dtype]
    library = item.dotted.split(".")[0]
    if library in ("np", "onp"):
        return "audio filter bank" if "audio" in path else "numpy preprocessing"
    if item.dotted.endswith("linspace"):
        return "linspace schedule" if "config.drop_path_rate" in item.arguments else "linspace"
    if not is_integer(path, item):
        return None
    if path in FEEDS_FREQUENCIES and item.consumer not in ("expand", "Tuple", "Subscript"):
        return "integer range that feeds frequencies"
    if item.consumer in ("Compare",) or "mask" in item.definition:
        return "mask"
    if item.consumer in ("Subscript", "Tuple", "nn.functional.cross_entropy", "torch.index_select"):
        return "index"
    return "integer dtype" if item.dtype else "integer range"


def survey(before: Path, after: Path) -> dict:
    """The whole file: sites, float ranges upstream missed, calls that must stay silent."""
    sites, missed, silent = [], [], []
    for source in sorted((before / "transformers").rglob("*.py")):
        name = source.relative_to(before / "transformers").as_posix()
        successor = after / source.relative_to(before)
        old = ranges_of(source)
        new = ranges_of(successor) if successor.exists() else []
        for item, other in pairs(old, new):
            where = {"path": name, "line": item.line, "column": item.column, "definition": item.definition}
            changed = other is None or item.expression != other.expression
            if changed and item.dotted == "torch.arange" and successor.exists():
                kind = class_of(name, item)
                sites.append({**where, "form": form_of(item), "class": kind, "replacement": replacement_of(item, other)})
                if kind != "float-or-ambient":
                    silent.append({**where, "reason": kind})
                continue
            reason = silence_of(name, item)
            if reason:
                silent.append({**where, "reason": reason})
            else:
                missed.append({**where, "form": form_of(item)})
    return {
        "provenance": "generated by test/corpus/upstream.py from transformers 4.37.2 and 4.38.0 (PyPI wheels)",
        "sites": sites,
        "missedUpstream": missed,
        "expectSilent": silent,
    }


def apply(before: Path, after: Path, tree: Path) -> int:
    """Writes upstream's own repair into a copy of the release before it, without what else changed in between."""
    changed = 0
    for source in sorted((before / "transformers").rglob("*.py")):
        name = source.relative_to(before / "transformers").as_posix()
        successor = after / source.relative_to(before)
        if not successor.exists():
            continue
        target = tree / source.relative_to(before)
        lines, others = (file.read_text(encoding="utf-8").splitlines(keepends=True) for file in (target, successor))
        edits = []
        for item, other in pairs(ranges_of(source), ranges_of(successor)):
            if other is not None and item.expression == other.expression or class_of(name, item) != "float-or-ambient":
                continue
            if item.dotted != "torch.arange":
                continue
            edits.append((item.span, repaired(item, other, others)))
        for (line, column, end_line, end_column), text in reversed(edits):
            head, tail = lines[line - 1][:column], lines[end_line - 1][end_column:]
            lines[line - 1 : end_line] = [head + text + tail]
            changed += 1
        if edits:
            target.write_text("".join(lines), encoding="utf-8")
    print(f"{changed} calls changed as upstream changed them")
    return 0


def repaired(item: Range, other: Range | None, lines: list[str]) -> str:
    """Upstream's text of the call; the form of its copies where the next release has dropped the call."""
    if replacement_of(item, other).startswith("call gone"):
        return f"torch.arange({item.arguments}, device=device, dtype=torch.int64).type_as(self.inv_freq)"
    line, column, end_line, end_column = other.span
    # `default_dtype` is a local that upstream added beside the call.
    text = lines[line - 1][column:end_column] if line == end_line else "".join(
        [lines[line - 1][column:], *lines[line : end_line - 1], lines[end_line - 1][:end_column]]
    )
    return text.replace(".to(default_dtype)", ".to(torch.get_default_dtype())")


def main() -> int:
    before, after = (Path(argument) for argument in sys.argv[1:3])
    if "--apply" in sys.argv:
        return apply(before, after, Path(sys.argv[sys.argv.index("--apply") + 1]))
    data = survey(before, after)
    lines = [f'{{"provenance": {json.dumps(data.pop("provenance"))}']
    for key, rows in data.items():
        lines.append(f',"{key}": [\n' + ",\n".join(json.dumps(row) for row in rows) + "\n]")
    text = "\n".join(lines) + "}\n"
    if "--check" in sys.argv:
        same = OUTPUT.read_text() == text
        print(f"{OUTPUT.name}: {'up to date' if same else 'differs from what the releases give'}")
        return 0 if same else 1
    OUTPUT.write_text(text)
    for key, rows in data.items():
        print(key, len(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
