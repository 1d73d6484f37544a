"""Fixtures of one of the other libraries on the library itself, before and after their fix: how far results move from plain.

Reads from standard input, as libraries-main.ts writes it: the library, and of each fixture its name, source before, source after,
and whether plain itself has to change. The answer holds versions and figures, or what is missing.
"""

import importlib
import importlib.metadata
import inspect
import json
import math
import os
import re
import sys
import types

os.environ.update(KERAS_BACKEND="jax", JAX_PLATFORMS="cpu", TF_CPP_MIN_LOG_LEVEL="3", CUDA_VISIBLE_DEVICES="-1")

import numpy

WIDTH, LENGTH = 64, 4096
SHAPE = (1, LENGTH, WIDTH)
# What fields and constructors that have no default call their width.
SIZES = dict.fromkeys(("head_dim", "features", "width", "dims", "dim"), WIDTH)
DTYPES = {"bf16": "bfloat16", "fp16": "float16"}
POSITIONS = ("position_ids", "positions")


class Library:
    """How a library makes layers, runs them and gives its numbers; low dtypes come in through arguments."""

    environments = ("low-input",)

    def results(self, value):
        values = value if isinstance(value, (list, tuple)) else [value]
        return {f"result {i}": (str(one.dtype), self.numbers(one)) for i, one in enumerate(values)}

    def numbers(self, value):
        """Through float32, which holds every low value."""
        return numpy.asarray(value.astype("float32"), dtype="float64")


class Jax(Library):
    """JAX and Flax: low dtypes also come in through fields."""

    def __init__(self):
        self.jnp = importlib.import_module("jax.numpy")
        self.flax = importlib.import_module("flax.linen")
        self.versions = versions("jax", "flax")

    def run(self, source, environment, dtype):
        names = names_of(source)
        classes = modules_of(names, self.flax.Module)
        if not classes:
            # No layer: the file computes its tables where it is imported.
            return self.results([value for name, value in sorted(names.items()) if name.isupper()])
        kind = classes[-1]
        fields = {**SIZES, "dtype": getattr(self.jnp, dtype), "max_length": LENGTH}
        module = kind(**{name: value for name, value in fields.items() if name in kind.__dataclass_fields__})
        (argument,) = parameters_of(kind.__call__)
        passed = self.jnp.arange(LENGTH) if argument in POSITIONS else self.jnp.ones(SHAPE, dtype)
        return self.results(module.apply({}, passed))


class Keras(Library):
    """Keras on JAX: a dtype policy sets what layers compute in, and casts their inputs."""

    def __init__(self):
        self.keras = importlib.import_module("keras")
        self.versions = versions("keras", "jax")

    def run(self, source, environment, dtype):
        kind = modules_of(names_of(source), self.keras.layers.Layer)[-1]
        policy = dtype if dtype == "float32" else f"mixed_{dtype}"
        return self.results(kind(dtype=policy)(self.keras.ops.ones(SHAPE, dtype=dtype)))

    def numbers(self, value):
        return self.keras.ops.convert_to_numpy(self.keras.ops.cast(value, "float32")).astype("float64")


class Tensorflow(Keras):
    """TensorFlow's layers are those of Keras, with TensorFlow below them."""

    def __init__(self):
        os.environ["KERAS_BACKEND"] = "tensorflow"
        super().__init__()
        self.versions = versions("tensorflow-cpu", "keras")


class Mlx(Library):
    def __init__(self):
        self.mx = importlib.import_module("mlx.core")
        self.nn = importlib.import_module("mlx.nn")
        self.versions = versions("mlx")

    def run(self, source, environment, dtype):
        layer = made(modules_of(names_of(source), self.nn.Module)[-1])
        return self.results(layer(self.mx.ones(SHAPE, dtype=getattr(self.mx, dtype))))

    def numbers(self, value):
        return numpy.asarray(value.astype(self.mx.float32), dtype="float64")


class Paddle(Library):
    environments = ("low-input", "default-dtype")

    def __init__(self):
        self.paddle = importlib.import_module("paddle")
        self.versions = versions("paddlepaddle")

    def run(self, source, environment, dtype):
        kind = modules_of(names_of(source), self.paddle.nn.Layer)[-1]
        self.paddle.set_default_dtype(dtype if environment == "default-dtype" else "float32")
        try:
            layer = made(kind)
        finally:
            self.paddle.set_default_dtype("float32")
        return self.results(layer(self.paddle.ones(SHAPE, dtype=dtype if environment == "low-input" else "float32")))

    def numbers(self, value):
        return value.astype("float32").numpy().astype("float64")


LIBRARIES = {"jax": Jax, "keras": Keras, "tensorflow": Tensorflow, "mlx": Mlx, "paddle": Paddle}


def versions(*names):
    return {name: importlib.metadata.version(name) for name in names}


def names_of(source):
    """What a fixture defines. Dataclasses look up their module."""
    module = sys.modules["fixture"] = types.ModuleType("fixture")
    exec(compile(source, "fixture", "exec"), module.__dict__)
    return module.__dict__


def modules_of(names, base):
    return [v for v in names.values() if isinstance(v, type) and issubclass(v, base) and v.__module__ == "fixture"]


def parameters_of(function):
    """Names of the parameters that have no default."""
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.default is p.empty and p.kind is p.POSITIONAL_OR_KEYWORD and p.name != "self"]


def made(kind):
    return kind(**{name: SIZES[name] for name in parameters_of(kind)})


def moved(plain, value):
    if plain.shape != value.shape:
        return math.inf
    same = (plain == value) | (numpy.isnan(plain) & numpy.isnan(value))
    distance = numpy.where(same, 0.0, numpy.abs(plain - value))
    return math.inf if numpy.isnan(distance).any() else float(distance.max())


def furthest(library, plain, source, environment, dtype):
    """Largest move from plain, or the first words of what the library says where it raises."""
    try:
        values = library.run(source, environment, dtype)
    except Exception as error:
        return f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"[:60]
    far = max(moved(plain[name][1], values[name][1]) if name in values else math.inf for name in plain)
    return "inf" if math.isinf(far) else far


def without_what_is_wrong(source):
    return re.sub(r"\.(?:bfloat16|float16)\b", ".float32", source)


def measure(library, name, before, after, changes):
    plain = library.run(without_what_is_wrong(before) if changes else before, "plain", "float32")
    fixed = library.run(after, "plain", "float32")
    identical = all(
        fixed[name][0] == dtype and moved(value, fixed[name][1]) == 0 for name, (dtype, value) in plain.items()
    )
    settings = [("plain", "plain"), *((e, dtype) for e in library.environments for dtype in DTYPES)]
    runs = {}
    for environment, dtype in settings:
        real = DTYPES.get(dtype, "float32")
        entry = [furthest(library, plain, source, environment, real) for source in (before, after)]
        if entry != [0.0, 0.0]:
            runs[f"{environment} {dtype}"] = entry
    return {"name": name, "plain_identical": identical, "runs": runs}


def main():
    wanted = json.load(sys.stdin)
    name, fixtures = wanted["library"], wanted["fixtures"]
    try:
        library = LIBRARIES[name]()
    except ImportError as error:
        json.dump({"missing": str(error)}, sys.stdout)
        return
    json.dump({"versions": library.versions, "fixtures": [measure(library, **one) for one in fixtures]}, sys.stdout)


main()
