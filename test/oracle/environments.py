"""The environments of docs/architecture.md on real PyTorch (CPU, 1.13).

An environment is data: which low dtype, and which of five mechanisms are on. What PyTorch 1.13 on a CPU lacks is
simulated, and every cell of a result names what was: DeepSpeed's zero.Init is a wrapper of the constructors it names,
CUDA's autocast a list of operations, and an operation that the CPU lacks in a 16-bit dtype is computed in float32 and
rounded once.
"""
import contextlib
from dataclasses import dataclass, field

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
ZERO_INIT_CONSTRUCTORS = ("tensor", "empty", "zeros", "ones", "full", "arange", "eye", "randn")

# CUDA's autocast: these give the low dtype from float32 or low operands ...
AUTOCAST_LOW = {
    "einsum", "matmul", "__matmul__", "__rmatmul__", "mm", "mv", "bmm", "baddbmm", "addmm", "addmv", "addbmm", "addr",
    "chain_matmul", "linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d",
}  # fmt: skip
# ... and these lift low operands to float32. `1 / t` is a reciprocal and therefore one of them.
AUTOCAST_LIFT = {
    "pow", "__pow__", "__rpow__", "exp", "expm1", "log", "log2", "log10", "log1p", "reciprocal", "rsqrt", "__rtruediv__",
    "__rdiv__", "sum", "cumsum", "cumprod", "prod", "norm", "softmax", "log_softmax", "layer_norm",
}  # fmt: skip

NEWER_POW = "base ** tensor is torch.pow"
OLDER_POW = "base ** tensor builds a tensor (PyTorch 1.13)"


@dataclass
class Environment:
    """One environment in one low dtype; plain when `low` is None."""

    name: str
    dtype: str | None = None
    zero_init: bool = False
    default_dtype: bool = False
    module_cast: bool = False
    autocast: bool = False
    low_input: bool = False
    tf32: bool = False
    # Whether regions for CUDA, which a CPU ignores, are followed where no autocast surrounds them.
    regions: bool = False
    simulated: set = field(default_factory=set)

    @property
    def low(self) -> torch.dtype:
        return DTYPES[self.dtype] if self.dtype else torch.float32

    @property
    def input_dtype(self) -> torch.dtype:
        """The dtype of floating arguments of forward."""
        return self.low if self.low_input else torch.float32

    @contextlib.contextmanager
    def construction(self):
        """Active while modules are constructed."""
        with contextlib.ExitStack() as stack:
            stack.enter_context(SixteenBitFallback(self.simulated))
            self.use_tf32(stack)
            if self.zero_init:
                self.simulated.add("zero.Init")
                stack.enter_context(zero_init(self.low))
            if self.default_dtype:
                stack.enter_context(default_dtype(self.low))
            yield

    def use_tf32(self, stack):
        if self.tf32:
            self.simulated.add("TF32")
            stack.enter_context(Tf32Products())

    def between(self, module):
        """What happens to a module after its construction."""
        if self.module_cast and isinstance(module, torch.nn.Module):
            module.to(self.low)
        return module

    @contextlib.contextmanager
    def forward(self):
        """Active while forward runs."""
        with contextlib.ExitStack() as stack:
            stack.enter_context(SixteenBitFallback(self.simulated))
            self.use_tf32(stack)
            if self.autocast or self.regions:
                self.simulated.add("CUDA autocast list")
                stack.enter_context(CudaAutocast(self.low if self.autocast else None))
            yield


def environments() -> list[Environment]:
    """Every environment but plain, in both low dtypes; `deepspeed` is a combination."""
    mechanisms = {
        "zero-init": ("zero_init",),
        "default-dtype": ("default_dtype",),
        "module-cast": ("module_cast",),
        "autocast": ("autocast",),
        "low-input": ("low_input",),
        "deepspeed": ("zero_init", "module_cast", "low_input"),
    }
    return [
        Environment(name, dtype, **{mechanism: True for mechanism in active})
        for name, active in mechanisms.items()
        for dtype in DTYPES
    ]


@contextlib.contextmanager
def record(assumes: str):
    """The library behaviour a record assumes, for everything inside."""
    original = torch.Tensor.__rpow__
    if assumes == NEWER_POW:
        torch.Tensor.__rpow__ = lambda tensor, base: torch.pow(base, tensor)
    try:
        yield
    finally:
        torch.Tensor.__rpow__ = original


@contextlib.contextmanager
def zero_init(low: torch.dtype):
    """DeepSpeed's zero.Init(dtype): floating results of the named constructors become low. The device is left alone."""

    def wrap(constructor):
        def wrapped(*args, **kwargs):
            tensor = constructor(*args, **kwargs)
            if tensor.is_floating_point():
                tensor.data = tensor.data.to(low)
            return tensor

        return wrapped

    def new_tensor(cls, *args):
        if len(args) == 1 and isinstance(args[0], list):
            tensor = originals["tensor"](args[0], dtype=torch.get_default_dtype())
        else:
            tensor = originals["empty"](0).new_empty(*(args or (0,)))
        return tensor.to(low) if tensor.is_floating_point() else tensor

    originals = {name: getattr(torch, name) for name in ZERO_INIT_CONSTRUCTORS}
    new = torch.Tensor.__new__
    try:
        for name, constructor in originals.items():
            setattr(torch, name, wrap(constructor))
        torch.Tensor.__new__ = new_tensor
        yield
    finally:
        for name, constructor in originals.items():
            setattr(torch, name, constructor)
        torch.Tensor.__new__ = new


@contextlib.contextmanager
def default_dtype(dtype: torch.dtype):
    previous = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        yield
    finally:
        torch.set_default_dtype(previous)


def remember_what_the_text_asks_for():
    """For good, as decorators are made before any mode is entered: a CPU disables CUDA's autocast by itself."""
    init = torch.autocast.__init__

    def remember(region, device_type, *args, enabled=True, **kwargs):
        region.ropelint_disabled = not enabled
        # Without a GPU the dtype of such a region can't even be asked about.
        region.ropelint_low = kwargs.pop("dtype", None) if device_type == "cuda" else None
        init(region, device_type, *args, enabled=enabled, **kwargs)

    torch.autocast.__init__ = remember


remember_what_the_text_asks_for()


class CudaAutocast(TorchFunctionMode):
    """CUDA's autocast lists on any device, in the regions that the code itself enters: without them, what surrounds it."""

    def __init__(self, low: torch.dtype | None):
        super().__init__()
        self.surrounding = low
        self.active = [low]

    @property
    def low(self) -> torch.dtype | None:
        return self.active[-1]

    def inside(self, region) -> torch.dtype | None:
        """The dtype that products have in a region; one that names none takes what surrounds the module."""
        if region.ropelint_disabled:
            return None
        return region.ropelint_low or self.surrounding

    def __enter__(self):
        self.regions = (torch.autocast.__enter__, torch.autocast.__exit__)
        enter, leave = self.regions
        mode = self

        def entered(region):
            mode.active.append(mode.inside(region))
            return enter(region)

        def left(region, *args):
            mode.active.pop()
            return leave(region, *args)

        torch.autocast.__enter__, torch.autocast.__exit__ = entered, left
        self.asked = torch.is_autocast_enabled
        torch.is_autocast_enabled = lambda *_: mode.low is not None
        return super().__enter__()

    def __exit__(self, *args):
        torch.autocast.__enter__, torch.autocast.__exit__ = self.regions
        torch.is_autocast_enabled = self.asked
        return super().__exit__(*args)

    def __torch_function__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        name = getattr(function, "__name__", "")
        if self.low and name in AUTOCAST_LOW:
            args, kwargs = tree_map(self.lower, args), tree_map(self.lower, kwargs)
        elif self.low and name in AUTOCAST_LIFT:
            args, kwargs = tree_map(self.lift, args), tree_map(self.lift, kwargs)
        return function(*args, **kwargs)

    def lower(self, value):
        floating = isinstance(value, torch.Tensor) and value.is_floating_point() and value.dtype != torch.float64
        return value.to(self.low) if floating else value

    def lift(self, value):
        low = isinstance(value, torch.Tensor) and value.dtype in DTYPES.values()
        return value.float() if low else value


class Tf32Products(TorchDispatchMode):
    """What reaches a matrix product of ATen in float32 is rounded to TF32: 10 bits of mantissa, to nearest even."""

    PRODUCTS = {"mm", "bmm", "addmm", "baddbmm"}

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        if function.overloadpacket.__name__ in self.PRODUCTS:
            args = tree_map(self.rounded, args)
        return function(*args, **(kwargs or {}))

    def rounded(self, value):
        if not isinstance(value, torch.Tensor) or value.dtype != torch.float32:
            return value
        bits = value.contiguous().view(torch.int32)
        nearest = bits + 0xFFF + ((bits >> 13) & 1)
        return (nearest & ~0x1FFF).view(torch.float32)


def legacy_tensor(cls, *args):
    """torch.Tensor(sizes) or torch.Tensor(values), in the default dtype."""
    if not args:
        return torch._C._VariableFunctions.empty(0)
    if isinstance(args[0], int):
        return torch._C._VariableFunctions.empty(args)
    if isinstance(args[0], torch.Size):
        return torch._C._VariableFunctions.empty(args[0])
    return torch._C._VariableFunctions.tensor(args[0], dtype=torch.get_default_dtype())


class SixteenBitFallback(TorchDispatchMode):
    """Computes in float32, and rounds once, what the CPU cannot compute in a 16-bit dtype."""

    def __init__(self, simulated: set):
        super().__init__()
        self.simulated = simulated

    def __enter__(self):
        # 1.13 cannot run the legacy constructor under a dispatch mode; this one gives the same tensor.
        self.constructor = torch.Tensor.__new__
        torch.Tensor.__new__ = legacy_tensor
        return super().__enter__()

    def __exit__(self, *args):
        torch.Tensor.__new__ = self.constructor
        return super().__exit__(*args)

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        try:
            return function(*args, **kwargs)
        except RuntimeError as error:
            if "not implemented for 'Half'" in str(error):
                low = torch.float16
            elif "not implemented for 'BFloat16'" in str(error):
                low = torch.bfloat16
            else:
                raise
        name = function.overloadpacket.__name__
        self.simulated.add(f"{name} in float32")

        def lift(value):
            if isinstance(value, torch.Tensor) and value.dtype == low:
                return value.float()
            return torch.float32 if value is low else value

        def lower(value):
            return value.to(low) if isinstance(value, torch.Tensor) and value.is_floating_point() else value

        with default_dtype(torch.float32):
            result = tree_map(lower, function(*tree_map(lift, args), **tree_map(lift, kwargs)))
        if "out" in kwargs:
            return kwargs["out"].copy_(result)
        return args[0].copy_(result) if name.endswith("_") else result
