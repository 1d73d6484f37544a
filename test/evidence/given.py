"""What fixtures need to be run that no parameter's name tells: by the fixture's name, what of this applies.

    module       the class to construct, where it is not the last of the file
    function     there is no class: the function to call
    arguments    by parameter name, for constructor and forward; a callable is called with the dtype of floating arguments
    keyword      the same, for parameters that have defaults
    initialises  the class whose _init_weights then writes into the module
    forward      False: what the constructor keeps is what is compared; "deepspeed": forward runs everywhere but in zero-init
                 alone, where a layer's own weights are low and no layer takes the float32 that comes in
    read         what is compared, of the module, instead of what it keeps
    without      what makes plain wrong, where no cast to a named dtype does
"""

import types

import torch


def ones(*shape):
    return lambda dtype: torch.ones(shape, dtype=dtype)


def eighths(*shape):
    """Fractions that both low formats hold."""
    return lambda dtype: (torch.arange(torch.Size(shape).numel()) % 8).view(shape).to(dtype) / 8


GIVEN = {
    "attribute_meets_embeddings": {
        "arguments": {"vocabulary": 16, "input_ids": torch.arange(4096)[None] % 16},
        "forward": "deepspeed",
    },
    "attribute_of_a_foreign_base": {"arguments": {"scale": 2.0}},
    "buffer_class": {"arguments": {"channels": 32, "position": torch.arange(4096)}},
    # Biases of (heads, positions) are added to embeddings of (positions, channels).
    "cached_length": {"arguments": {"num_heads": 512, "inputs_embeds": ones(1, 512, 1)}},
    "centred_by_larger_side": {"arguments": {"sides": [30, 52], "x": ones(1, 30 * 52, 32)}},
    "centres_beside": {"arguments": {"frames": 300, "height": 30, "width": 52}},
    "dtype_of_own_buffer": {"arguments": {"max_position_embeddings": 4096}},
    # The distances of 4096 positions in 12 heads would be 200 million.
    "flash_attention_845": {"arguments": {"num_heads": 2, "hidden_states": ones(1, 2100, 1)}},
    "float_ids": {"keyword": {"length": 4096}, "arguments": {"x": ones(1, 4096, 64)}},
    "fractions_of_a_turn": {"arguments": {"x": eighths(64), "boxes": eighths(1, 64, 4)}},
    "grid_corners": {"arguments": {"field": eighths(2, 200, 180), "size": ones(2)}},
    "initial_directions": {
        "arguments": {"width": 32, "points": 4},
        "forward": False,
        "read": lambda module: module.offsets.bias,
    },
    "lookup_that_raises": {"arguments": {"length": 64, "depth": 32}},
    "low_slopes": {"arguments": {"inputs_embeds": ones(1, 4096, 1)}},
    "uncalled_helper": {"function": "make_phases"},
    "meets_pairs": {"without": ".to(x)"},
    # The buffer is rounded as before: the attribute beside it is what is read.
    "positions": {"read": lambda module: module.bands},
    "unknown_origin": {"arguments": {"config": types.SimpleNamespace(rope_type="default")}, "read": lambda module: module.scaling},
    "vllm_1004": {"arguments": {"max_positions": 4096, "base": 10000}},
    "window_from_config": {
        "module": "Bias",
        "arguments": {"dim": 96, "window": 24, "scores": ones(47, 96)},
        "forward": "deepspeed",
    },
    "window_handed_on": {
        "module": "Bias",
        "arguments": {"dim": 96, "window": [8, 8], "scores": ones(15, 15, 96)},
        "forward": "deepspeed",
    },
    "written_by_initialisation": {
        "module": "RelativeTimes",
        "initialises": "Pretrained",
        "arguments": {"position_ids": torch.arange(4096)[None]},
    },
}
