#!/usr/bin/python3
"""Writes the golden vectors of the numeric kernel from real PyTorch, or compares them with --check.

    ATEN_CPU_CAPABILITY=avx2 /usr/bin/python3 test/golden/generate.py [--check]

Needs torch (Debian: apt-get install python3-torch, 1.13). One thread, AVX2 kernels: other settings give other bits
for fp32 transcendentals. --check compares bit for bit, cases marked "ulp" within one unit in the last place and
cases marked "sum" within what another order of additions can cause.
"""

import base64
import hashlib
import json
import os
import pathlib
import struct
import sys

os.environ.setdefault("ATEN_CPU_CAPABILITY", "avx2")

sys.dont_write_bytecode = True

import torch  # noqa: E402

from calls import reference  # noqa: E402
from sections import SECTIONS  # noqa: E402

# Longer results that must agree bit for bit are kept as a hash.
LONG = 40
HERE = pathlib.Path(__file__).resolve().parent
INTEGER_VIEW = {
    torch.bfloat16: torch.int16,
    torch.float16: torch.int16,
    torch.float32: torch.int32,
    torch.float64: torch.int64,
}


def name_of(dtype):
    return str(dtype).removeprefix("torch.")


def raw_bytes(tensor):
    """Little-endian bytes, row-major; every NaN as the one canonical quiet NaN."""
    flat = tensor.contiguous().flatten().clone()
    if flat.dtype.is_floating_point:
        flat[torch.isnan(flat)] = float("nan")
        flat = flat.view(INTEGER_VIEW[flat.dtype])
    if flat.dtype == torch.bool:
        flat = flat.to(torch.uint8)
    return flat.numpy().tobytes()


def encode(tensor, hashed=False):
    raw = raw_bytes(tensor)
    body = {"dtype": name_of(tensor.dtype), "shape": list(tensor.shape)}
    if hashed:
        body["sha256"] = hashlib.sha256(raw).hexdigest()[:32]
    else:
        body["data"] = base64.b64encode(raw).decode()
    return body


def encode_scalar(value):
    if isinstance(value, bool):
        return {"bool": value}
    if isinstance(value, int):
        return {"int": value}
    return {"float": value if abs(value) != float("inf") and value == value else str(value)}


class Recorder:
    """Collects the cases of one section; input tensors are stored once under a name."""

    def __init__(self):
        self.inputs = {}
        self.cases = []
        self.names = {}

    def name(self, tensor):
        encoded = json.dumps(encode(tensor))
        if encoded not in self.names:
            self.names[encoded] = f"x{len(self.names)}"
            self.inputs[self.names[encoded]] = encode(tensor)
        return self.names[encoded]

    def case(self, op, operands, tolerance="bits", default="float32", hidden=(), **attributes):
        """Runs one operation; `hidden` operands are described ("all bf16 patterns") and not stored."""
        case = {"op": op, "operands": []}
        for i, operand in enumerate(operands):
            if i in dict(hidden):
                case["operands"].append({"pattern": dict(hidden)[i]})
            elif isinstance(operand, torch.Tensor):
                case["operands"].append({"tensor": self.name(operand)})
            else:
                case["operands"].append(encode_scalar(operand))
        if attributes:
            case["attributes"] = attributes
        if tolerance != "bits":
            case["tolerance"] = tolerance
        if default != "float32":
            case["default"] = default
        torch.set_default_dtype(getattr(torch, default))
        try:
            result, simulated = reference(op, operands, attributes)
            case["result"] = encode(result, tolerance == "bits" and result.numel() > LONG)
            if simulated:
                case["simulated"] = True
        except (RuntimeError, TypeError, IndexError, ValueError) as error:
            case["raises"] = str(error).splitlines()[0][:120]
        finally:
            torch.set_default_dtype(torch.float32)
        self.cases.append(case)


def provenance():
    return {
        "torch": torch.__version__,
        "command": "ATEN_CPU_CAPABILITY=avx2 /usr/bin/python3 test/golden/generate.py",
        "capability": os.environ["ATEN_CPU_CAPABILITY"],
        "threads": torch.get_num_threads(),
        "note": "simulated: the CPU lacks the operation in float16; computed in float32, rounded once",
    }


def build(section):
    torch.manual_seed(20260101)
    recorder = Recorder()
    SECTIONS[section](recorder)
    return {"provenance": provenance(), "inputs": recorder.inputs, "cases": recorder.cases}


FORMATS = {"float64": "d", "float32": "f", "float16": "e", "int64": "q", "int32": "i", "int16": "h", "int8": "b"}


def decode(body):
    raw = base64.b64decode(body["data"])
    if body["dtype"] == "bfloat16":
        return [struct.unpack("<f", b"\0\0" + raw[i : i + 2])[0] for i in range(0, len(raw), 2)]
    code = FORMATS.get(body["dtype"], "B")
    return list(struct.unpack(f"<{len(raw) // struct.calcsize(code)}{code}", raw))


def close(stored, fresh, tolerance):
    if stored.get("dtype") != fresh.get("dtype") or stored.get("shape") != fresh.get("shape"):
        return False
    step = {"float64": 2.0**-52, "float32": 2.0**-23, "float16": 2.0**-10, "bfloat16": 2.0**-7}[stored["dtype"]]
    factor = 1 if tolerance == "ulp" else 64
    pairs = list(zip(decode(stored), decode(fresh)))
    scale = max((abs(a) for a, _ in pairs if a == a and abs(a) != float("inf")), default=0.0)
    for a, b in pairs:
        reach = step * factor * (abs(a) if tolerance == "ulp" else scale)
        if a != b and not (a != a and b != b) and not abs(a - b) <= reach:
            return False
    return True


def same(stored, fresh):
    if {k: v for k, v in stored.items() if k != "result"} != {k: v for k, v in fresh.items() if k != "result"}:
        return False
    if stored.get("result") == fresh.get("result"):
        return True
    tolerance = stored.get("tolerance", "bits")
    return tolerance != "bits" and close(stored["result"], fresh["result"], tolerance)


def check(section, fresh):
    stored = json.loads((HERE / "vectors" / f"{section}.json").read_text())
    differing = [case for case, new in zip(stored["cases"], fresh["cases"]) if not same(case, new)]
    complete = len(stored["cases"]) == len(fresh["cases"]) and stored["inputs"] == fresh["inputs"]
    print(f"{section}: {len(stored['cases'])} cases, {len(differing)} differ{'' if complete else ', inputs changed'}")
    for case in differing[:5]:
        print("  ", json.dumps(case)[:300])
    return complete and not differing


def main():
    torch.set_num_threads(1)
    (HERE / "vectors").mkdir(exist_ok=True)
    fine = True
    for section in SECTIONS:
        fresh = json.loads(json.dumps(build(section)))
        if "--check" in sys.argv[1:]:
            fine = check(section, fresh) and fine
            continue
        lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in fresh["cases"])
        inputs = json.dumps(fresh["inputs"], separators=(",", ":"))
        head = json.dumps(fresh["provenance"])
        text = f'{{"provenance":{head},\n"inputs":{inputs},\n"cases":[\n{lines}\n]}}\n'
        (HERE / "vectors" / f"{section}.json").write_text(text)
        print(f"{section}: {len(fresh['cases'])} cases, {len(text)} bytes")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
