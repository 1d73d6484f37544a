"""What the golden vectors cover, one function a section. `r` is generate.py's Recorder."""

import itertools

import torch

from calls import reference

LOW = [torch.bfloat16, torch.float16]
FLOATS = [*LOW, torch.float32, torch.float64]
INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64]
TABLE = ["bool", "uint8", "int16", "int32", "int64", "bfloat16", "float16", "float32", "float64"]
INF = float("inf")
NAN = float("nan")


def name_of(dtype):
    return str(dtype).removeprefix("torch.")


def patterns(dtype):
    """All 65,536 patterns of a 16-bit dtype, in the order of their bits as unsigned integers."""
    return torch.arange(65536, dtype=torch.int32).to(torch.int16).view(dtype)


def hide(dtype):
    return [(0, name_of(dtype))]


def slice_item(start=None, stop=None, step=None):
    return {"kind": "slice", "start": start, "stop": stop, "step": step}


def at(value):
    return {"kind": "integer", "value": value}


def by(operand):
    return {"kind": "tensor", "operand": operand}


NEW = {"kind": "newaxis"}
REST = {"kind": "ellipsis"}
ALL = slice_item()


def singles():
    """fp32 values around every tie, limit and subnormal of the 16-bit formats, and random bit patterns."""
    edges = [0.0, -0.0, INF, -INF, NAN, 1.0, 256.0, 257.0, 258.0, 259.0, 2047.0, 2048.0, 2049.0, 2051.0, 4113.0]
    for top in (65504.0, 65519.996, 65520.0, 65536.0, 3.3895314e38, 3.3961775e38, 3.4028235e38):
        edges += [top, -top]
    for tiny in (2.0**-14, 2.0**-15, 2.0**-24, 2.0**-25, 1.5 * 2.0**-24, 2.5 * 2.0**-24, 2.0**-126, 2.0**-133, 2.0**-134):
        edges += [tiny, -tiny, tiny * 1.0000001, tiny * 0.9999999]
    bits = torch.randint(-(2**31), 2**31 - 1, (1000,), dtype=torch.int64).to(torch.int32).view(torch.float32)
    ties16 = (torch.randint(0, 0x7F7F, (300,), dtype=torch.int32) << 16 | 0x8000).view(torch.float32)
    ties10 = (torch.randint(0x3800, 0x4780, (300,), dtype=torch.int32) << 16 | 0x1000).view(torch.float32)
    return torch.cat([torch.tensor(edges), bits, ties16, ties10, torch.randn(300) * 1000])


def casts(r):
    values = singles()
    doubles = torch.cat([values.double(), torch.randn(300, dtype=torch.float64) * 3e4])
    for dtype in [*FLOATS, torch.bool]:
        r.case("cast", [values], dtype=name_of(dtype))
        r.case("cast", [doubles], dtype=name_of(dtype))
    for low in LOW:
        for dtype in [*FLOATS, torch.bool]:
            r.case("cast", [patterns(low)], hidden=hide(low), dtype=name_of(dtype))
    small = torch.cat([torch.linspace(-120, 120, 97), torch.tensor([0.5, -0.5, 0.99, -0.99, 1e-8, -1.5, 2.5])])
    for source in FLOATS:
        for dtype in INTEGERS:
            x = small.abs() if dtype == torch.uint8 else small
            r.case("cast", [x.to(source)], dtype=name_of(dtype))
    wide = torch.tensor([0, 1, -1, 127, 128, 255, 256, 257, 32767, 32768, 65535, 65536, 2**31 - 1, 2**31, -(2**31) - 1])
    wide = torch.cat([wide, torch.tensor([2**24 + 1, 2**24 + 3, 2**25 + 2, 2**40 + 1, -(2**40) - 3, 2**52 + 1, 70000])])
    wide = torch.cat([wide, torch.arange(250, 280), torch.arange(2040, 2070), torch.arange(4080, 4130)])
    for dtype in [*INTEGERS, *FLOATS, torch.bool]:
        r.case("cast", [wide], dtype=name_of(dtype))
        r.case("cast", [wide.to(torch.int32)], dtype=name_of(dtype))


BOUNDS = [
    (0, 4096, 1), (0, 4200, 1), (0, 4113, 1), (1, 300, 1), (0, 128, 2), (128, 0, -1), (4095, -1, -1), (-23, 24, 1),
    (-4095, 4096, 1), (0.0, 300.0, 1), (0.0, 64.0, 2.0), (0.5, 100, 1), (0.5, 4, 1), (0, 1, 0.25), (0, 1, 0.1), (0, 7, 1.5),
    (0, 4.5, 1), (0, 8, 2.0), (1, 0, -0.01), (0.1, 20, 0.3), (-16.5, 16.5, 1), (0, 0, 1), (5, 5, -1), (3, 1, 1),
    (0, 10, 0), (0, 1, 0.01), (1 / 32, 1.0, 1 / 32), (0, 10000, 7), (0, 2.5, 1), (2.5, 0, -1),
    (0, 100000, 97), (1e-3, 1, 1e-3), (0, 5000, 1.5), (300, 3000, 3), (INF, 1, 1), (True, 5, 1),
]  # fmt: skip


def ranges(r):
    for start, stop, step in BOUNDS:
        for dtype in [None, *INTEGERS, *FLOATS]:
            if dtype in (torch.uint8, torch.int8) and max(abs(start), abs(stop)) > 127 or (dtype == torch.uint8 and start < 0):
                continue
            attributes = {} if dtype is None else {"dtype": name_of(dtype)}
            r.case("range", [start, stop, step], **attributes)
    for _ in range(24):
        start, step = (torch.randn(2, dtype=torch.float64) * 10).tolist()
        for dtype in FLOATS:
            r.case("range", [start, start + 150.3 * step, step], dtype=name_of(dtype))
    for default in ("bfloat16", "float16", "float64"):
        for start, stop, step in [(0, 300, 1), (0.0, 300, 1), (0, 300.0, 1), (0, 10, 0.5)]:
            r.case("range", [start, stop, step], default=default)
    for start, stop, steps in [(0, 1, 5), (0, 1, 100), (-1, 1, 33), (0, 4095, 4096), (1, 1000, 77), (5, 5, 1), (3, 0, 4)]:
        for dtype in FLOATS:
            r.case("linspace", [start, stop, steps], tolerance="bits" if steps > 200 else "sum", dtype=name_of(dtype))
    for n in (5000, 33, 31, 47, 48, 4097, 9000):
        for dtype in LOW:
            r.case("range", [0, n, 1], dtype=name_of(dtype))
            r.case("range", [n, -1, -1], dtype=name_of(dtype))
            r.case("range", [0, n / 8, 0.125], dtype=name_of(dtype))


BINARY = ["add", "sub", "mul", "div", "floordiv", "mod", "pow", "maximum", "atan2", "eq", "where", "and"]


def promotion_operand(kind, dtype):
    if kind == "scalar":
        return {"bool": True, "int": 1, "float": 1.0}[dtype]
    one = torch.ones((2,) if kind == "tensor" else (), dtype=getattr(torch, dtype))
    return one


def promotion(r):
    """Every pair of dtypes, dimensioned, zero-dimensional and Python number, left and right; values are all ones."""
    tensors = [(kind, dtype) for kind in ("tensor", "zero") for dtype in TABLE]
    scalars = [("scalar", kind) for kind in ("bool", "int", "float")]
    pairs = [*itertools.product(tensors, tensors), *itertools.product(tensors, scalars), *itertools.product(scalars, tensors)]
    for default in ("float32", "bfloat16", "float16", "float64"):
        for op in BINARY if default == "float32" else ["add", "div", "pow"]:
            codes = []
            for left, right in pairs:
                codes.append(promoted(op, left, right, default))
            r.cases.append({"op": op, "default": default, "codes": "".join(codes)})
    r.inputs = {"tensors": tensors, "scalars": scalars, "dtypes": TABLE}


def promoted(op, left, right, default):
    """The index of the result dtype in TABLE, '-' where torch raises, '?' where torch wants a tensor."""
    operands = [promotion_operand(*left), promotion_operand(*right)]
    if op == "where":
        operands = [torch.tensor([True, False]), *operands]
    torch.set_default_dtype(getattr(torch, default))
    try:
        result = reference(op, operands, {})[0]
        return str(TABLE.index(name_of(result.dtype)))
    except TypeError:
        return "?"
    except RuntimeError:
        return "-"
    finally:
        torch.set_default_dtype(torch.float32)


def operands_of(dtype, count=176):
    """A multiple of two registers of 16 lanes with the 16 edges: torch's scalar loop over the rest rounds otherwise."""
    generator = torch.randn(count, dtype=torch.float64) * torch.tensor([1.0, 30.0, 3000.0, 1e-3]).repeat(count // 4).double()
    edges = torch.tensor([0.0, -0.0, 1.0, -1.0, 0.5, 256.0, 257.0, 2049.0, 10000.0, 65504.0, 1e-7, 3.0, 7.0, INF, -INF, NAN])
    return torch.cat([generator, edges.double()]).to(dtype)


SCALARS = [2, 3, -7, 0.1, 10000, 1e-6, 1 / 3, 65519, 0.7310585786300049]


def arithmetic(r):
    for low in LOW:
        x, name = patterns(low), name_of(low)
        for op in ("add", "sub", "mul", "div", "floordiv", "mod", "fmod", "maximum", "minimum", "lt", "eq"):
            r.case(op, [x, x.roll(12345)], hidden=[(0, name), (1, f"{name} rolled by 12345")])
    values = singles()
    for op in ("add", "sub", "mul", "div", "maximum", "le"):
        r.case(op, [values, values.flip(0)])
    # SLEEF's fmod gives NaN where the quotient overflows.
    values = values[(values.abs() < 1e18) & (values.abs() > 1e-18)]
    for op in ("floordiv", "mod", "fmod", "logical_and"):
        r.case(op, [values, values.flip(0)])
    for dtype in FLOATS:
        x = operands_of(dtype)
        y = operands_of(dtype)[torch.randperm(x.numel())]
        for op in ("add", "sub", "mul", "div", "floordiv", "mod", "maximum", "minimum", "eq", "lt", "ge"):
            r.case(op, [x, y])
        for rounding in ("floor", "trunc"):
            r.case("div", [x, y], rounding=rounding)
        for scalar in SCALARS:
            for op in ("add", "sub", "mul", "div", "floordiv", "mod", "lt", "eq"):
                r.case(op, [x, scalar])
            for op in ("add", "sub", "mul", "div"):
                r.case(op, [scalar, x])
        for other in [torch.tensor(0.1), torch.tensor(3.7, dtype=torch.float64), torch.tensor(3), torch.tensor(257)]:
            for op in ("add", "mul", "div", "sub"):
                r.case(op, [x, other])
                r.case(op, [other, x])
    mixed(r)
    integers(r)
    bounds(r)


def mixed(r):
    positions = torch.arange(240, 336)
    for dtype in FLOATS:
        x = operands_of(dtype, 80)
        for op in ("add", "mul", "div"):
            r.case(op, [positions[: x.numel()], x])
            r.case(op, [x, positions.int()[: x.numel()]])
    for scalar in (0.1, 3, 2.5, 128):
        for op in ("add", "mul", "div", "floordiv", "mod"):
            r.case(op, [positions, scalar])
            r.case(op, [positions, scalar], default="bfloat16")
            r.case(op, [positions, scalar], default="float16")
        r.case("div", [scalar, positions])
        r.case("div", [scalar, positions], default="bfloat16")
    b, h = operands_of(torch.bfloat16), operands_of(torch.float16)
    for op in ("add", "mul", "div", "sub"):
        r.case(op, [b, h])
        r.case(op, [b, operands_of(torch.float32)])


def integers(r):
    for dtype in INTEGERS:
        signed = torch.tensor([7, -7, 5, -5, 100, -100, 3, 1, 0, -1, 127, -128], dtype=torch.int64)
        x = signed.abs().to(dtype) if dtype == torch.uint8 else signed.to(dtype)
        y = x.flip(0).clone()
        y[y == 0] = 2
        for op in ("add", "sub", "mul", "floordiv", "mod", "maximum", "eq", "and", "or", "xor", "div"):
            r.case(op, [x, y])
        r.case("div", [x, y], rounding="trunc")
        r.case("div", [x, y], rounding="floor")
        for scalar in (3, 2, 100):
            for op in ("add", "mul", "floordiv", "mod", "pow", "sub"):
                r.case(op, [x, scalar])
                r.case(op, [scalar, x]) if op in ("add", "mul", "sub") else None
        r.case("not", [x])
        r.case("logical_not", [x])
        for op in ("logical_and", "logical_or", "logical_xor", "fmod"):
            r.case(op, [x, y])
        for op in ("neg", "abs", "sign", "square"):
            r.case(op, [x])
    flags = torch.tensor([True, False, True])
    for op in ("add", "mul", "sub", "and", "or", "xor", "div", "floordiv", "pow", "maximum", "eq"):
        r.case(op, [flags, flags.flip(0)])
        r.case(op, [flags, 2]) if op != "maximum" else None
        r.case(op, [flags, torch.tensor([1, 2, 3])])
    for op in ("neg", "abs", "sign", "square", "not", "floor", "relu", "round"):
        r.case(op, [flags])
    for op in ("floordiv", "mod"):
        r.case(op, [torch.tensor([1, 2]), 0])


def bounds(r):
    for dtype in [*FLOATS, torch.int64]:
        x = operands_of(dtype, 48) if dtype.is_floating_point else torch.arange(-5, 6)
        for low, high in [(0, 1), (-1.5, 2.5), (0.1, 10000.1), (2, -2)]:
            r.case("clamp", [x, low, high])
            r.case("clamp_min", [x, low])
            r.case("clamp_max", [x, high])
        mask = torch.arange(x.numel()) % 3 == 0
        for value in (0, 2.5, 0.1, -INF, 1e6, 1e39):
            r.case("masked_fill", [x, mask, value])
        r.case("masked_fill", [x, mask, torch.tensor(0.1)])
        for other in (0.1, 3, torch.tensor(0.1), x.flip(0), torch.ones(1, dtype=torch.float64)):
            r.case("where", [mask, x, other])
            r.case("where", [mask, other, x])


UNARY = (
    "exp log log2 log10 log1p expm1 sqrt rsqrt reciprocal sin cos tan tanh sigmoid neg abs sign square relu floor ceil "
    "round trunc isnan isinf"
).split()
EXACT = "sqrt reciprocal neg abs sign square relu floor ceil round trunc isnan isinf".split()


def functions(r):
    for op in UNARY:
        for low in LOW:
            inputs = patterns(low)
            if op == "log1p":
                # SLEEF's log1p is infinite above 1e38.
                inputs = inputs[inputs.float().abs() < 1e38][:60000]
            r.case(op, [inputs], hidden=hide(low) if op != "log1p" else [(0, name_of(low) + " below 1e38")])
        for dtype in (torch.float32, torch.float64):
            x = torch.cat([operands_of(dtype, 48), torch.linspace(-9, 9, 32).to(dtype)])
            r.case(op, [x], tolerance="bits" if op in EXACT else "ulp")
        r.case(op, [torch.arange(0, 320, 10)], tolerance="bits" if op in EXACT else "ulp")
        r.case(op, [torch.arange(0, 320, 5)], default="bfloat16")
        r.case(op, [torch.arange(0, 320, 5)], default="float16")
    phases = torch.outer(torch.arange(0, 4096, 97).float(), 10000.0 ** -(torch.arange(0, 64, 5) / 64))
    for op in ("sin", "cos"):
        r.case(op, [phases], tolerance="ulp")
    for dtype in FLOATS:
        y, x = operands_of(dtype, 48), operands_of(dtype, 48).flip(0)
        r.case("atan2", [y, x], tolerance="bits" if dtype in LOW else "ulp")


def powers(r):
    exponents = torch.arange(0, 64, 2) / 64
    for dtype in FLOATS:
        tolerance = "bits" if dtype in LOW else "ulp"
        t = exponents.to(dtype)
        for base in (10000, 10000.0, 2, 0.5, 500000.0, 1, 1.5, -2):
            r.case("pow", [base, t], tolerance=tolerance)
            r.case("pow", [base, -t], tolerance=tolerance)
        r.case("pow", [torch.tensor(10000.0), t], tolerance=tolerance)
        x = operands_of(dtype)
        for exponent in (2, 3, 0.5, -0.5, -1, -2, 1.7, -0.25, 4, 0, 1, 2.0, 10, -3):
            exact = dtype in LOW or exponent in (2, 3, 0.5, -1, -2, 0, 1)
            r.case("pow", [x, exponent], tolerance="bits" if exact else "ulp")
        r.case("pow", [x.abs(), operands_of(dtype).flip(0).clamp(-3, 3) if dtype != torch.float16 else x.flip(0)], tolerance=tolerance)
    whole = torch.arange(0, 12)
    for base, power in [(2, whole), (10000, whole), (whole, 2), (whole, -1), (2, -whole), (-3, whole), (1.5, whole), (whole, 0.5)]:
        r.case("pow", [base, power], tolerance="bits" if isinstance(base, int) or isinstance(power, int) else "ulp")
        r.case("pow", [base, power], default="bfloat16")
        r.case("pow", [base, power], default="float16")
    r.case("pow", [whole, whole - 3])
    r.case("pow", [whole - 6, whole])
    r.case("pow", [7, torch.arange(0, 30)])


def reductions(r):
    for dtype in [*FLOATS, torch.int64, torch.int32, torch.bool]:
        x = (torch.randn(6, 40) * 20).to(dtype)
        exact = not dtype.is_floating_point
        for op in ("sum", "mean", "prod", "max", "min"):
            r.case(op, [x[:, :5].contiguous()], tolerance="bits" if exact or op in ("max", "min") else "sum")
            r.case(op, [x[:, :5].contiguous()], tolerance="bits" if exact or op in ("max", "min") else "sum", dim=1)
            r.case(op, [x], tolerance="bits" if exact or op in ("max", "min") else "sum", dim=0, keepdim=True) if op != "prod" else None
        r.case("sum", [x], tolerance="bits" if exact else "sum", dims=[0, 1])
        r.case("sum", [x], tolerance="bits" if exact else "sum", dim=1, dtype="float32")
        r.case("max", [x], dim=1, piece=1) if dtype != torch.bool else None
        r.case("amax", [x], dim=-1)
        r.case("cumsum", [x], dim=1)
        r.case("cumsum", [x], dim=0)
        r.case("cumsum", [x], dim=1, dtype="float32")
        r.case("cumprod", [x[:, :6].sign() if dtype != torch.bool else x[:, :6]], dim=1)
        r.case("cumsum", [torch.ones(600, dtype=dtype)], dim=0)
    r.case("cumsum", [torch.tensor([[1, 1, 0, 1], [0, 1, 1, 1]])], dim=-1)
    r.case("cumsum", [torch.full((700,), 0.1)], dim=0)


def products(r):
    inverse = 10000.0 ** -(torch.arange(0, 32, 2).float() / 32)
    positions = torch.arange(0, 4096, 117)
    for dtype in FLOATS:
        t, f = positions.to(dtype), inverse.to(dtype)
        r.case("outer", [t, f])
        r.case("ger", [t, f])
        for equation in ("i,j->ij", "i , j -> i j", "i,j->ji", "...,f->...f", "i,j", "n,d->nd"):
            r.case("einsum", [t, f], equation=equation)
        r.case("matmul", [t[:, None].contiguous(), f[None].contiguous()])
        r.case("mm", [t[:, None].contiguous(), f[None].contiguous()])
        r.case("bmm", [t[None, :, None].contiguous(), f[None, None].contiguous()])
        x, y = torch.randn(3, 4, 7).to(dtype), torch.randn(3, 7, 5).to(dtype)
        for op, operands in [
            ("matmul", [x, y]), ("bmm", [x, y]), ("mm", [x[0], y[0]]), ("mv", [x[0], y[0, :, 0].contiguous()]),
            ("dot", [x[0, 0], y[0, :, 0].contiguous()]), ("matmul", [x, y[0]]), ("matmul", [x[0, 0], y]), ("matmul", [x, y[0, :, 0].contiguous()]),
            ("matmul", [x[0, 0], y[0, :, 0].contiguous()]),
        ]:  # fmt: skip
            r.case(op, operands, tolerance="sum")
        for equation in ("bik,bkj->bij", "bik,bkj->ij", "bik,bkj->jbi", "bik,bkj"):
            r.case("einsum", [x, y], tolerance="sum", equation=equation)
        for equation in ("bij->bji", "bij->b", "bij->jb", "bii->bi", "...i->i"):
            operand = torch.randn(2, 3, 3).to(dtype)
            r.case("einsum", [operand], tolerance="sum", equation=equation)
        r.case("einsum", [x, y, f[:5]], tolerance="sum", equation="bik,bkj,j->bi")
    integer, single = torch.arange(5), torch.arange(5).float()
    for other in (single, single.bfloat16(), integer.int(), single.double()):
        for op in ("outer", "dot"):
            r.case(op, [integer, other])
        for equation in ("i,j->ij", "i,i->", "i,j->i", "i,i->i"):
            r.case("einsum", [integer, other], equation=equation)
        r.case("matmul", [integer[:, None], other[None]])
        r.case("mm", [integer[:, None], other[None]])
        r.case("mv", [integer[None], other])
    r.case("matmul", [integer, integer])
    r.case("einsum", [integer], equation="i->")
    r.case("einsum", [integer, integer, integer], equation="i,j->ij")
    r.case("einsum", [integer, integer], equation="ij,j->i")
    r.case("outer", [integer, torch.ones(3, dtype=torch.bool)])


def shapes(r):
    x = torch.arange(24.0).reshape(2, 3, 4)
    v = torch.arange(5)
    one = [
        ("reshape", {"shape": [6, 4]}), ("reshape", {"shape": [-1]}), ("reshape", {"shape": [4, -1, 2]}), ("reshape", {"shape": [5, 5]}),
        ("flatten", {}), ("flatten", {"start": 1}), ("flatten", {"start": 0, "end": 1}), ("permute", {"dims": [2, 0, 1]}),
        ("permute", {"dims": [-1, 0, 1]}), ("transpose", {"dims": [1, 2]}), ("transpose", {"dims": [-1, 0]}),
        ("movedim", {"dims": [0, 2]}), ("movedim", {"dims": [0, 1, 2, 0]}), ("unsqueeze", {"dim": 0}), ("unsqueeze", {"dim": -1}),
        ("unsqueeze", {"dim": 2}), ("unsqueeze", {"dim": 5}), ("squeeze", {}), ("squeeze", {"dim": 1}), ("expand", {"shape": [2, 3, 4]}),
        ("expand", {"shape": [5, -1, 3, 4]}), ("expand", {"shape": [2, 3, 8]}), ("repeat", {"repeats": [1, 2, 1]}),
        ("repeat", {"repeats": [2, 1, 1, 3]}), ("repeat", {"repeats": [2]}), ("tile", {"repeats": [2]}), ("tile", {"repeats": [2, 1, 2, 1]}),
        ("repeat_interleave", {"repeats": [2], "dim": 1}), ("repeat_interleave", {"repeats": [3]}), ("repeat_interleave", {"repeats": [2], "dim": -1}),
        ("roll", {"repeats": [1], "dims": [1]}), ("roll", {"repeats": [-5]}), ("roll", {"repeats": [1, 2], "dims": [0, 2]}),
        ("flip", {"dims": [0, -1]}), ("tril", {}), ("triu", {"diagonal": 1}), ("tril", {"diagonal": -1}),
        ("diagonal", {}), ("diagonal", {"diagonal": 1, "dims": [1, 2]}), ("diagonal", {"diagonal": -1, "dims": [2, 1]}),
        ("narrow", {"dim": 2, "start": 1, "end": 3}),
        ("chunk", {"sizes": 2, "dim": -1, "piece": 1}), ("chunk", {"sizes": 3, "dim": 2, "piece": 1}), ("split", {"sizes": 2, "dim": 1, "piece": 1}),
        ("split", {"sizes": [1, 3], "dim": 2, "piece": 1}), ("unbind", {"dim": -1, "piece": 2}), ("unbind", {"piece": 1}),
    ]  # fmt: skip
    for op, attributes in one:
        r.case(op, [x], **attributes)
    r.case("t", [x[0]])
    r.case("t", [v])
    r.case("t", [x])
    r.case("squeeze", [x[:1, :, :1]])
    r.case("squeeze", [x[:1, :, :1]], dim=0)
    r.case("expand", [x[:, :1]], shape=[2, 7, 4])
    r.case("expand", [v[:, None]], shape=[-1, 3])
    r.case("repeat_interleave", [v], repeats=[2])
    indexing(r, x, v)
    joining(r, x, v)
    creating(r, x, v)
    # A tensor of no dimensions is one of a single axis to most operations, and not to these.
    for op, attributes in [("repeat_interleave", {"repeats": [2]}), ("roll", {"repeats": [1]})]:
        r.case(op, [v[1]], **attributes)
        for dim in [0, -1]:
            r.case(op, [v[1]], **attributes, **({"dims": [dim]} if op == "roll" else {"dim": dim}))
    for dim in [0, -1, 1]:
        r.case("flip", [v[1]], dims=[dim])
        r.case("squeeze", [v[1]], dim=dim)
    r.case("transpose", [v[1]], dims=[0, -1])


def indexing(r, x, v):
    for items in [
        [at(0)], [at(-1), slice_item(1)], [ALL, NEW], [NEW, ALL, NEW], [REST, slice_item(0, None, 2)], [REST, slice_item(1, None, 2)],
        [ALL, slice_item(None, -1)], [REST, NEW], [slice_item(1, 1)], [ALL, at(1), slice_item(-2, None)], [REST, at(0)],
        [at(0), REST, at(1)], [slice_item(-5, 10)], [at(7)], [ALL, ALL, ALL, ALL], [slice_item(0, 2, 0)],
    ]:  # fmt: skip
        r.case("index", [x], items=items)
        r.case("index", [x.bfloat16()], items=items)
    i, j = torch.tensor([0, 2, -1]), torch.tensor([[1], [0]])
    flag = x > 7
    for operands, items in [
        ([x, i], [ALL, by(1)]), ([x, i], [REST, by(1)]), ([x, i, j], [ALL, by(1), by(2)]), ([x, torch.tensor([1, 0]), i[:2]], [by(1), ALL, by(2)]),
        ([x, j], [by(1)]), ([x, i], [at(0), by(1)]), ([x, i], [by(1)]), ([x, flag], [by(1)]), ([x, flag[0]], [at(0), by(1)]),
        ([x, torch.tensor([True, False])], [by(1)]), ([x, i, torch.tensor(1)], [at(1), by(1), by(2)]), ([x, i], [NEW, ALL, by(1), NEW]),
        ([v, torch.tensor(2)], [by(1)]), ([v, torch.tensor([[0, 1], [2, 3]])], [by(1)]), ([x, i], [by(1), NEW]),
    ]:  # fmt: skip
        r.case("index", operands, items=items)
    for target in (x, x.bfloat16(), x.long()):
        for value, items in [
            (torch.full((2, 3, 2), 0.7), [REST, slice_item(0, None, 2)]), (9, [at(0)]), (2.7, [ALL, at(1)]), (torch.arange(4.0), [ALL, slice_item(1)]),
            (torch.ones(1, 1, 1, 4), [at(1)]), (torch.tensor(3.3), [REST]), (torch.ones(5), [at(0)]), (torch.arange(3.0)[:, None], [ALL]),
        ]:  # fmt: skip
            r.case("assign", [target, value], items=items)
        r.case("assign", [target, 5, i], items=[ALL, by(2)])
        r.case("assign", [target, torch.arange(8.0).reshape(2, 4), torch.tensor([0, 2])], items=[at(0), by(2)])
        r.case("assign", [target, -1, flag], items=[by(2)])
        r.case("assign", [target, torch.tensor(1.5), i], items=[ALL, by(2)])
        r.case("assign", [target, torch.tensor([1.5]), flag], items=[by(2)])
        r.case("assign", [target, 0.5, torch.tensor([0, 1]), torch.tensor([2, 0])], items=[by(2), ALL, by(3)])
    r.case("index", [x, v.float()], items=[by(1)])
    r.case("index", [x, x.bfloat16()], items=[by(1)])
    r.case("embedding", [x[0], v.float()])
    r.case("assign", [x, 1, v.float()], items=[by(2)])
    r.case("index_select", [x, torch.tensor([2, 0])], dim=1)
    r.case("gather", [x, torch.zeros(2, 3, 1, dtype=torch.int64)], dim=2)
    r.case("gather", [x, torch.tensor([[[1, 0], [1, 1]]])], dim=0)
    r.case("embedding", [x[0], torch.tensor([[0, 2], [1, 1]])])


def joining(r, x, v):
    for other in (x * 2, x.bfloat16(), x.half(), x.long(), x.double(), x[:, :1], x[:1]):
        for dim in (0, 1, -1):
            r.case("cat", [x, other], dim=dim)
            r.case("stack", [x, other], dim=dim)
            r.case("cat", [x.bfloat16(), other], dim=dim)
    r.case("cat", [x], dim=1)
    r.case("cat", [torch.zeros(0), v.bfloat16()])
    r.case("cat", [torch.zeros(0), x], dim=1)
    r.case("stack", [v, v.float(), v.half()], dim=1)
    r.case("cat", [torch.tensor(1), torch.tensor(2)])
    r.case("stack", [torch.tensor(1), torch.tensor(2.5)])
    for indexing_kind in ("ij", "xy"):
        for piece in (0, 1):
            r.case("meshgrid", [v, v[:3] + 10], indexing=indexing_kind, piece=piece)
            r.case("meshgrid", [v.bfloat16(), v[:3].bfloat16()], indexing=indexing_kind, piece=piece)
        r.case("meshgrid", [v, v[:2], v[:3]], indexing=indexing_kind, piece=2)
    r.case("meshgrid", [v, v.float()])
    r.case("meshgrid", [v, torch.tensor(2)])


def creating(r, x, v):
    for default in ("float32", "bfloat16", "float16"):
        for op in ("zeros", "ones"):
            r.case(op, [], default=default, shape=[2, 3])
            r.case(op, [], default=default, shape=[2], dtype="int64")
        for fill in (2, 0.1, True, 300):
            r.case("full", [fill], default=default, shape=[2, 2])
            r.case("full", [fill], default=default, shape=[2], dtype="bfloat16")
            r.case("full_like", [x, fill], default=default)
            r.case("full_like", [v, fill], default=default)
            r.case("new_full", [x.bfloat16(), fill], default=default, shape=[3])
            r.case("new_full", [v, fill], default=default, shape=[3])
        r.case("eye", [], default=default, shape=[3])
        r.case("eye", [], default=default, shape=[2, 3], dtype="int64")
        r.case("tensor", [1, 2.5, 0.1], default=default, shape=[3])
        r.case("tensor", [1, 2, 3, 4], default=default, shape=[2, 2])
        r.case("tensor", [10000.0], default=default, shape=[])
        r.case("tensor", [True, 2], default=default, shape=[2])
        r.case("tensor", [], default=default, shape=[0])
        r.case("tensor", [257, 258], default=default, shape=[2], dtype="bfloat16")
        r.case("zeros_like", [x.bfloat16()], default=default)
        r.case("ones_like", [v], default=default, dtype="float32")
        r.case("new_zeros", [x.half()], default=default, shape=[2])
        r.case("new_ones", [v], default=default, shape=[2])


def inplace(r):
    targets = {dtype: torch.arange(6).to(dtype) for dtype in [torch.bool, torch.int32, torch.int64, *FLOATS]}
    for (_, x), (_, y) in itertools.product(targets.items(), targets.items()):
        for op in ("add", "mul", "div", "sub"):
            r.case(op, [x, y + 1 if y.dtype != torch.bool else y], inplace=True)
    for x in targets.values():
        for scalar in (2, 0.3, True):
            for op in ("add", "mul", "div", "floordiv", "pow", "mod", "clamp_min"):
                r.case(op, [x, scalar], inplace=True)
        for op in ("exp", "sqrt", "neg", "floor", "sin"):
            r.case(op, [x], tolerance="ulp" if x.dtype in (torch.float32, torch.float64) else "bits", inplace=True)
        r.case("masked_fill", [x, torch.arange(6) > 2, 1.5], inplace=True)
        r.case("mul", [x, torch.tensor(1.5)], inplace=True)
        r.case("add", [x, torch.ones(2, 6)], inplace=True)
        r.case("lt", [x, 3], inplace=True)
    r.case("div", [targets[torch.int64], 2], inplace=True, rounding="floor")
    r.case("add", [torch.ones(2, 6), targets[torch.float32]], inplace=True)
    r.case("mul", [torch.tensor(2.0), targets[torch.float32]], inplace=True)


SECTIONS = {
    "casts": casts,
    "ranges": ranges,
    "promotion": promotion,
    "arithmetic": arithmetic,
    "functions": functions,
    "powers": powers,
    "reductions": reductions,
    "products": products,
    "shapes": shapes,
    "inplace": inplace,
}
