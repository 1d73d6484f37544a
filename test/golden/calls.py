"""How each canonical operation of the op table is called in torch.

Every entry takes the operands and the attributes (the names of src/tensors/operation.ts) and calls torch the way
Python code would, so that numbers on the left go through __radd__, __rtruediv__ and the like.
"""

import operator

import torch


def item(entry, operands):
    kind = entry["kind"]
    if kind == "slice":
        return slice(entry["start"], entry["stop"], entry["step"])
    if kind == "integer":
        return entry["value"]
    if kind == "newaxis":
        return None
    if kind == "ellipsis":
        return Ellipsis
    return operands[entry["operand"]]


def items(attributes, operands):
    return tuple(item(entry, operands) for entry in attributes["items"])


def assign(operands, attributes):
    result = operands[0].clone()
    result[items(attributes, operands)] = operands[1]
    return result


def dtype_of(attributes):
    name = attributes.get("dtype")
    return None if name is None else getattr(torch, name)


def power(operands, attributes):
    x, y = operands
    if attributes.get("inplace"):
        return x.clone().pow_(y)
    return torch.pow(x, y)


def binary(function, inplace=None):
    def call(operands, attributes):
        if attributes.get("inplace"):
            return getattr(operands[0].clone(), inplace)(*operands[1:])
        return function(*operands)

    return call


def divide(operands, attributes):
    rounding = attributes.get("rounding")
    if attributes.get("inplace"):
        return operands[0].clone().div_(operands[1], rounding_mode=rounding)
    if rounding:
        return torch.div(*operands, rounding_mode=rounding)
    return operands[0] / operands[1]


def unary(name):
    def call(operands, attributes):
        if attributes.get("inplace"):
            return getattr(operands[0].clone(), name + "_")()
        return getattr(torch, name)(operands[0])

    return call


def reduction(name):
    def call(operands, attributes):
        arguments = {}
        if "dim" in attributes or "dims" in attributes:
            arguments["dim"] = attributes.get("dim", attributes.get("dims"))
            arguments["keepdim"] = attributes.get("keepdim", False)
        if attributes.get("dtype"):
            arguments["dtype"] = dtype_of(attributes)
        result = getattr(torch, name)(operands[0], **arguments)
        return result if isinstance(result, torch.Tensor) else result[attributes.get("piece", 0)]

    return call


def running(name):
    return lambda operands, attributes: getattr(torch, name)(
        operands[0], attributes.get("dim", 0), dtype=dtype_of(attributes)
    )


def product(name):
    return lambda operands, attributes: getattr(torch, name)(*operands)


def pieces(name):
    return lambda operands, attributes: getattr(torch, name)(
        operands[0], attributes["sizes"], attributes.get("dim", 0)
    )[attributes.get("piece", 0)]


def method(function):
    return lambda operands, attributes: function(operands[0], attributes)


CALLS = {
    "range": lambda o, a: torch.arange(*o, dtype=dtype_of(a)),
    "linspace": lambda o, a: torch.linspace(*o, dtype=dtype_of(a)),
    "zeros": lambda o, a: torch.zeros(a["shape"], dtype=dtype_of(a)),
    "ones": lambda o, a: torch.ones(a["shape"], dtype=dtype_of(a)),
    "full": lambda o, a: torch.full(a["shape"], o[0], dtype=dtype_of(a)),
    "eye": lambda o, a: torch.eye(*a["shape"], dtype=dtype_of(a)),
    "tensor": lambda o, a: torch.tensor(list(o), dtype=dtype_of(a)).reshape(a["shape"]),
    "zeros_like": lambda o, a: torch.zeros_like(o[0], dtype=dtype_of(a)),
    "ones_like": lambda o, a: torch.ones_like(o[0], dtype=dtype_of(a)),
    "full_like": lambda o, a: torch.full_like(o[0], o[1], dtype=dtype_of(a)),
    "new_zeros": lambda o, a: o[0].new_zeros(a["shape"], dtype=dtype_of(a)),
    "new_ones": lambda o, a: o[0].new_ones(a["shape"], dtype=dtype_of(a)),
    "new_full": lambda o, a: o[0].new_full(a["shape"], o[1], dtype=dtype_of(a)),
    "cast": lambda o, a: o[0].to(dtype_of(a)),
    "add": binary(operator.add, "add_"),
    "sub": binary(operator.sub, "sub_"),
    "mul": binary(operator.mul, "mul_"),
    "div": divide,
    "floordiv": binary(operator.floordiv, "floor_divide_"),
    "mod": binary(operator.mod, "remainder_"),
    "pow": power,
    "maximum": binary(torch.maximum),
    "minimum": binary(torch.minimum),
    "atan2": binary(torch.atan2, "atan2_"),
    "eq": binary(operator.eq, "eq_"),
    "ne": binary(operator.ne, "ne_"),
    "lt": binary(operator.lt, "lt_"),
    "le": binary(operator.le, "le_"),
    "gt": binary(operator.gt, "gt_"),
    "ge": binary(operator.ge, "ge_"),
    "and": binary(operator.and_, "__iand__"),
    "or": binary(operator.or_, "__ior__"),
    "xor": binary(operator.xor, "__ixor__"),
    "not": method(lambda x, a: ~x),
    "logical_not": method(lambda x, a: torch.logical_not(x)),
    "logical_and": binary(torch.logical_and, "logical_and_"),
    "logical_or": binary(torch.logical_or, "logical_or_"),
    "logical_xor": binary(torch.logical_xor, "logical_xor_"),
    "fmod": binary(torch.fmod, "fmod_"),
    "where": lambda o, a: torch.where(*o),
    "masked_fill": binary(lambda x, *rest: x.masked_fill(*rest), "masked_fill_"),
    "clamp": binary(torch.clamp, "clamp_"),
    "clamp_min": lambda o, a: o[0].clone().clamp_(min=o[1]) if a.get("inplace") else torch.clamp(o[0], min=o[1]),
    "clamp_max": lambda o, a: o[0].clone().clamp_(max=o[1]) if a.get("inplace") else torch.clamp(o[0], max=o[1]),
    **{
        name: unary(name)
        for name in (
            "neg abs sign square relu floor ceil round trunc exp log log2 log10 log1p expm1 sqrt rsqrt reciprocal "
            "sin cos tan tanh sigmoid isnan isinf"
        ).split()
    },
    "reshape": method(lambda x, a: x.reshape(a["shape"])),
    "flatten": method(lambda x, a: x.flatten(a.get("start", 0), a.get("end", -1))),
    "permute": method(lambda x, a: x.permute(a["dims"])),
    "transpose": method(lambda x, a: x.transpose(*a["dims"])),
    "t": method(lambda x, a: x.t()),
    "movedim": method(lambda x, a: x.movedim(a["dims"][: len(a["dims"]) // 2], a["dims"][len(a["dims"]) // 2 :])),
    "unsqueeze": method(lambda x, a: x.unsqueeze(a["dim"])),
    "squeeze": method(lambda x, a: x.squeeze() if a.get("dim") is None else x.squeeze(a["dim"])),
    "expand": method(lambda x, a: x.expand(a["shape"])),
    "repeat": method(lambda x, a: x.repeat(a["repeats"])),
    "tile": method(lambda x, a: x.tile(a["repeats"])),
    "repeat_interleave": method(lambda x, a: x.repeat_interleave(a["repeats"][0], dim=a.get("dim"))),
    "roll": method(lambda x, a: x.roll(a["repeats"], a.get("dims"))),
    "flip": method(lambda x, a: x.flip(a["dims"])),
    "tril": method(lambda x, a: x.tril(a.get("diagonal", 0))),
    "triu": method(lambda x, a: x.triu(a.get("diagonal", 0))),
    "diagonal": method(lambda x, a: x.diagonal(a.get("diagonal", 0), *a.get("dims", [0, 1]))),
    "narrow": method(lambda x, a: x.narrow(a["dim"], a["start"], a["end"] - a["start"])),
    "index": lambda o, a: o[0][items(a, o)],
    "assign": assign,
    "index_select": lambda o, a: o[0].index_select(a["dim"], o[1]),
    "gather": lambda o, a: o[0].gather(a["dim"], o[1]),
    "embedding": lambda o, a: torch.nn.functional.embedding(o[1], o[0]),
    "cat": lambda o, a: torch.cat(o, a.get("dim", 0)),
    "stack": lambda o, a: torch.stack(o, a.get("dim", 0)),
    "chunk": pieces("chunk"),
    "split": pieces("split"),
    "unbind": lambda o, a: o[0].unbind(a.get("dim", 0))[a.get("piece", 0)],
    "meshgrid": lambda o, a: torch.meshgrid(*o, indexing=a.get("indexing", "ij"))[a.get("piece", 0)],
    **{name: reduction(name) for name in "sum prod mean max min amax amin".split()},
    "cumsum": running("cumsum"),
    "cumprod": running("cumprod"),
    **{name: product(name) for name in "outer ger matmul mm bmm mv dot".split()},
    "einsum": lambda o, a: torch.einsum(a["equation"], *o),
}


def reference(op, operands, attributes):
    """The result of an operation and whether a 16-bit one had to be computed in fp32 and rounded once."""
    call = CALLS[op]
    try:
        return call(operands, attributes), False
    except RuntimeError as error:
        if not any(f"not implemented for '{name}'" in str(error) for name in ("Half", "BFloat16")):
            raise
        message = str(error)
    low = torch.float16 if "Half" in message else torch.bfloat16
    return in_single(call, operands, attributes, low), True


def in_single(call, operands, attributes, low):
    """A 16-bit operation computed in fp32: operands as the dtype holds them, the result rounded once."""
    default = torch.get_default_dtype()
    torch.set_default_dtype(torch.float32)
    try:
        result = call([as_low(operand, low) for operand in operands], attributes)
    finally:
        torch.set_default_dtype(default)
    return result.to(low) if result.dtype == torch.float32 else result


def as_low(operand, low):
    """1.13 on a CPU rounds integers and Python numbers to the tensor's dtype before the operation."""
    if isinstance(operand, torch.Tensor):
        return operand if operand.dtype == torch.bool else operand.to(low).float()
    return operand if isinstance(operand, bool) else torch.tensor(operand).to(low).item()
