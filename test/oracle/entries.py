"""The position-embedding classes and functions of transformers that the oracle exercises.

An entry constructs its class with the probe values of docs/architecture.md (4096 positions, 128 channels, 32 heads,
window 24, image grid 100) and runs its forward or helper; the tensors it returns are the outputs that are judged.
`floating` is the dtype of forward's floating arguments.
"""
import importlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace as Settings

import torch

POSITIONS, CHANNELS, HEADS, WINDOW, GRID = 4096, 128, 32, 24, 100


@dataclass
class Entry:
    """What to construct, how to run it; `sample` marks the entries of the short run."""

    name: str
    path: str
    construct: Callable  # (module) -> object
    forward: Callable  # (object, floating dtype) -> {output: tensor}
    sample: bool = False
    level: str = "class"

    def load(self):
        """The module of the tree under test (whichever is first on sys.path)."""
        return importlib.import_module("transformers." + self.path.removesuffix(".py").replace("/", "."))


ENTRIES: list[Entry] = []


def add(name: str, folder: str, construct: Callable, forward: Callable, **marks) -> None:
    path = f"models/{folder}/modeling_{folder.split('/')[-1]}.py"
    ENTRIES.append(Entry(name, path, construct, forward, **marks))


def hidden_states(floating: torch.dtype, length: int = POSITIONS, channels: int = CHANNELS) -> torch.Tensor:
    """A floating argument of shape (1, length, channels); the same values every time."""
    steps = torch.linspace(-1.0, 1.0, length * channels).view(1, length, channels)
    return steps.to(floating)


def token_ids(length: int = POSITIONS) -> torch.Tensor:
    """Token ids without padding."""
    return torch.full((1, length), 5, dtype=torch.int64)


# Rotary tables, cached in buffers. `beyond`: the cache is built for fewer positions and grows in forward.


def rotary(folder: str, class_name: str, sample: bool = False) -> None:
    def forward(module, floating):
        head = hidden_states(floating).view(1, 1, POSITIONS, CHANNELS)
        cos, sin = module(head, seq_len=POSITIONS)
        return {"cos": cos, "sin": sin}

    for label, cached in (("", POSITIONS), (" beyond the cache", POSITIONS // 2)):
        add(
            class_name + label,
            folder,
            lambda module, cached=cached: getattr(module, class_name)(CHANNELS, cached),
            forward,
            sample=sample,
        )


for folder, prefix in (
    ("llama", "Llama"),
    ("falcon", "Falcon"),
    ("gpt_neox", "GPTNeoX"),
    ("persimmon", "Persimmon"),
    ("phi", "Phi"),
    ("deprecated/open_llama", "OpenLlama"),
):
    rotary(folder, f"{prefix}RotaryEmbedding", sample=folder == "llama")
    rotary(folder, f"{prefix}LinearScalingRotaryEmbedding")
    rotary(folder, f"{prefix}DynamicNTKScalingRotaryEmbedding")
rotary("mistral", "MistralRotaryEmbedding")
rotary("mixtral", "MixtralRotaryEmbedding")
rotary("qwen2", "Qwen2RotaryEmbedding")
rotary("gpt_neox_japanese", "RotaryEmbedding")
rotary("idefics", "IdeficsEmbedding", sample=True)

# Rotary tables computed in forward from a buffer of inverse frequencies.


def speech_settings() -> Settings:
    return Settings(
        hidden_size=CHANNELS,
        num_attention_heads=1,
        speech_encoder_attention_heads=1,
        rotary_embedding_base=10000,
        max_source_positions=POSITIONS,
    )


for folder, prefix in (
    ("wav2vec2_conformer", "Wav2Vec2Conformer"),
    ("wav2vec2_bert", "Wav2Vec2Bert"),
    ("seamless_m4t", "SeamlessM4TConformer"),
):
    for kind in ("Rotary", "Rel"):
        class_name = f"{prefix}{kind}PositionalEmbedding"
        add(
            class_name,
            folder,
            lambda module, class_name=class_name: getattr(module, class_name)(speech_settings()),
            lambda module, floating: {"table": module(hidden_states(floating))},
            sample=class_name == "Wav2Vec2ConformerRelPositionalEmbedding",
        )

add(
    "ClvpRotaryPositionalEmbedding",
    "clvp",
    lambda module: module.ClvpRotaryPositionalEmbedding(
        Settings(projection_dim=CHANNELS * HEADS * 2, num_attention_heads=HEADS)
    ),
    lambda module, floating: {"phases": module(hidden_states(floating))},
)


def esm_tables(module, floating):
    head = hidden_states(floating).view(1, 1, POSITIONS, CHANNELS)
    cos, sin = module._update_cos_sin_tables(head, seq_dimension=-2)
    return {"cos": cos, "sin": sin}


add("RotaryEmbedding (ESM)", "esm", lambda module: module.RotaryEmbedding(CHANNELS), esm_tables)


def gptj(module):
    config = importlib.import_module("transformers").GPTJConfig(n_positions=POSITIONS, n_embd=256, n_head=2, rotary_dim=CHANNELS)
    return module.GPTJAttention(config)


def codegen(module):
    config = importlib.import_module("transformers").CodeGenConfig(
        n_positions=POSITIONS, n_embd=CHANNELS * 4, n_head=4, rotary_dim=CHANNELS
    )
    return module.CodeGenAttention(config)


add("GPTJAttention", "gptj", gptj, lambda module, floating: {"table": module.embed_positions}, sample=True)
add("CodeGenAttention", "codegen", codegen, lambda module, floating: {"table": module.embed_positions})

# Sinusoidal tables with two float ranges.


def sinusoid_ids(module) -> torch.Tensor:
    """Token ids that leave room for the padding offset; XGLM takes positions."""
    length = POSITIONS - 8
    return torch.arange(length)[None] if type(module).__name__.startswith("XGLM") else token_ids(length)


for folder, class_name in (
    ("m2m_100", "M2M100SinusoidalPositionalEmbedding"),
    ("kosmos2", "Kosmos2TextSinusoidalPositionalEmbedding"),
    ("nllb_moe", "NllbMoeSinusoidalPositionalEmbedding"),
    ("seamless_m4t", "SeamlessM4TSinusoidalPositionalEmbedding"),
    ("seamless_m4t_v2", "SeamlessM4Tv2SinusoidalPositionalEmbedding"),
    ("speech_to_text", "Speech2TextSinusoidalPositionalEmbedding"),
    ("speech_to_text_2", "Speech2Text2SinusoidalPositionalEmbedding"),
    ("speecht5", "SpeechT5SinusoidalPositionalEmbedding"),
    ("xglm", "XGLMSinusoidalPositionalEmbedding"),
    ("trocr", "TrOCRSinusoidalPositionalEmbedding"),
    ("fsmt", "SinusoidalPositionalEmbedding"),
):
    for label, positions in (("", POSITIONS), (" beyond the table", 64)):
        add(
            class_name + label,
            folder,
            lambda module, class_name=class_name, positions=positions: getattr(module, class_name)(positions, CHANNELS, 1),
            lambda module, floating: {"embeddings": module(sinusoid_ids(module))},
            sample=folder == "m2m_100",
        )
# Beyond its table Musicgen reads `self.offset`, which it lacks in 4.37.2.
add(
    "MusicgenSinusoidalPositionalEmbedding",
    "musicgen",
    lambda module: module.MusicgenSinusoidalPositionalEmbedding(POSITIONS, CHANNELS),
    lambda module, floating: {"embeddings": module(token_ids()[:, None, :])},
)
add(
    "SpeechT5ScaledPositionalEncoding",
    "speecht5",
    lambda module: module.SpeechT5ScaledPositionalEncoding(0.0, CHANNELS),
    lambda module, floating: {"sum": module(hidden_states(floating))},
)


def fastspeech(module):
    return module.FastSpeech2ConformerRelPositionalEncoding(
        Settings(hidden_size=CHANNELS), {"positional_dropout_rate": 0.0}
    )


add(
    "FastSpeech2ConformerRelPositionalEncoding",
    "fastspeech2_conformer",
    fastspeech,
    lambda module, floating: {"table": module(hidden_states(floating))[1]},
)


def mega(module):
    bias = module.MegaRotaryRelativePositionalBias(
        Settings(hidden_size=CHANNELS, shared_representation_size=CHANNELS, max_positions=POSITIONS, chunk_size=-1)
    )
    torch.nn.init.ones_(bias.alpha)
    torch.nn.init.ones_(bias.b_param)
    return bias


def mega_rotary(length: int):
    def forward(module, floating):
        module.rotary(module.alpha.expand(length, module.embed_dim))
        return {"sine": module.sine, "cosine": module.cosine}

    return forward


add("MegaRotaryRelativePositionalBias", "mega", mega, mega_rotary(POSITIONS))
add("MegaRotaryRelativePositionalBias beyond the table", "mega", mega, mega_rotary(2 * POSITIONS))
add(
    "NezhaRelativePositionsEncoding",
    "nezha",
    lambda module: module.NezhaRelativePositionsEncoding(512, 64),
    lambda module, floating: {"table": module(512)},
)
add(
    "PegasusXSinusoidalPositionalEmbedding",
    "pegasus_x",
    lambda module: module.PegasusXSinusoidalPositionalEmbedding(CHANNELS),
    lambda module, floating: {"table": module(hidden_states(floating))},
    sample=True,
)


def ctrl(module):
    config = importlib.import_module("transformers").CTRLConfig(
        vocab_size=8, n_positions=POSITIONS, n_embd=CHANNELS, dff=8, n_layer=1, n_head=1
    )
    return module.CTRLModel(config)


add("CTRLModel", "ctrl", ctrl, lambda module, floating: {"table": module.pos_encoding})


def funnel(attention_type: str):
    def construct(module):
        config = importlib.import_module("transformers").FunnelConfig(d_model=CHANNELS, attention_type=attention_type)
        return module.FunnelAttentionStructure(config)

    return construct


def funnel_positions(module, floating):
    module.eval()
    embeds = module.init_attention_inputs(hidden_states(floating))[0]
    flat = [item for group in embeds for item in (group if isinstance(group, list) else [group]) if item is not None]
    return {f"position_embeds[{index}]": tensor for index, tensor in enumerate(flat)}


for attention_type in ("factorized", "relative_shift"):
    add(f"FunnelAttentionStructure {attention_type}", "funnel", funnel(attention_type), funnel_positions)


def xlnet(bi_data: bool):
    def forward(module, floating):
        model = Settings(d_model=CHANNELS, attn_type="bi", bi_data=bi_data, clamp_len=-1)
        model.positional_embedding = module.XLNetModel.positional_embedding
        return {"table": module.XLNetModel.relative_positional_encoding(model, POSITIONS, POSITIONS, bsz=2)}

    return forward


for bi_data in (False, True):
    add(f"XLNetModel.relative_positional_encoding bi_data={bi_data}", "xlnet", lambda module: module, xlnet(bi_data))


class Captured(Exception):
    """Leaves a model's forward once the position embeddings are there."""


def transfo_xl(module):
    config = importlib.import_module("transformers").TransfoXLConfig(
        vocab_size=8, cutoffs=[], d_model=CHANNELS, d_embed=CHANNELS, n_head=1, d_head=8, d_inner=8, n_layer=1,
        div_val=1, mem_len=0, clamp_len=-1, same_length=False, adaptive=False,
    )  # fmt: skip
    return module.TransfoXLModel(config)


def transfo_xl_positions(arguments: Callable):
    def forward(module, floating):
        def leave(_module, _arguments, output):
            raise Captured(output)

        hook = module.pos_emb.register_forward_hook(leave)
        try:
            module(**arguments(floating))
        except Captured as captured:
            return {"pos_emb": captured.args[0]}
        finally:
            hook.remove()
        raise AssertionError("TransfoXLModel no longer calls pos_emb")

    return forward


add(
    "TransfoXLModel(input_ids)",
    "deprecated/transfo_xl",
    transfo_xl,
    transfo_xl_positions(lambda floating: {"input_ids": token_ids()}),
    level="model",
)
add(
    "TransfoXLModel(inputs_embeds)",
    "deprecated/transfo_xl",
    transfo_xl,
    transfo_xl_positions(lambda floating: {"inputs_embeds": hidden_states(floating)}),
    level="model",
)

# Image grids: sine embeddings of mask counts, sampling offsets, relative coordinates.


def detr_sine(module, floating):
    pixels = torch.zeros(1, 3, GRID, GRID, dtype=floating)
    return {"pos": module(pixels, torch.ones(1, GRID, GRID, dtype=torch.bool))}


for folder, prefix in (
    ("detr", "Detr"),
    ("conditional_detr", "ConditionalDetr"),
    ("deformable_detr", "DeformableDetr"),
    ("deta", "Deta"),
    ("table_transformer", "TableTransformer"),
):
    add(
        f"{prefix}SinePositionEmbedding",
        folder,
        lambda module, prefix=prefix: getattr(module, f"{prefix}SinePositionEmbedding")(CHANNELS, normalize=True),
        detr_sine,
        sample=folder == "detr",
    )
for folder, prefix in (("mask2former", "Mask2Former"), ("maskformer", "MaskFormer"), ("oneformer", "OneFormer")):
    add(
        f"{prefix}SinePositionEmbedding",
        folder,
        lambda module, prefix=prefix: getattr(module, f"{prefix}SinePositionEmbedding")(CHANNELS, normalize=True),
        lambda module, floating: {"pos": module(torch.zeros(1, 3, GRID, GRID, dtype=floating))},
        sample=folder == "maskformer",
    )


def proposals(floating: torch.dtype) -> torch.Tensor:
    return torch.linspace(-4.0, 4.0, 300 * 4).view(1, 300, 4).to(floating)


add(
    "gen_sine_position_embeddings",
    "conditional_detr",
    lambda module: module,
    lambda module, floating: {"pos": module.gen_sine_position_embeddings(proposals(floating).sigmoid()[..., :2], 256)},
)
for folder, prefix in (("deformable_detr", "DeformableDetr"), ("deta", "Deta")):
    add(
        f"{prefix}Model.get_proposal_pos_embed",
        folder,
        lambda module, prefix=prefix: getattr(module, f"{prefix}Model").get_proposal_pos_embed,
        lambda method, floating: {"pos": method(Settings(config=Settings(d_model=256)), proposals(floating))},
    )
    add(
        f"{prefix}MultiscaleDeformableAttention",
        folder,
        lambda module, prefix=prefix: getattr(module, f"{prefix}MultiscaleDeformableAttention")(
            *(
                [Settings(d_model=256, num_feature_levels=4, disable_custom_kernels=True), HEADS, 4]
                if prefix == "DeformableDetr"
                else [256, HEADS, 4, 4]
            )
        ),
        lambda module, floating: {"offsets": module.sampling_offsets.bias},
    )


def pixel_decoder(prefix: str):
    def construct(module):
        attention = getattr(module, f"{prefix}PixelDecoderEncoderMultiscaleDeformableAttention")(256, HEADS, 4, 4)
        model = Settings(config=Settings(init_xavier_std=1.0, init_std=0.02))
        getattr(module, f"{prefix}PreTrainedModel")._init_weights(model, attention)
        return attention

    return construct


for folder, prefix in (("mask2former", "Mask2Former"), ("oneformer", "OneFormer")):
    add(
        f"{prefix}PreTrainedModel._init_weights",
        folder,
        pixel_decoder(prefix),
        lambda module, floating: {"offsets": module.sampling_offsets.bias},
    )


def swin(class_name: str):
    def construct(module):
        config = Settings(qkv_bias=True, attention_probs_dropout_prob=0.0)
        return getattr(module, class_name)(config, CHANNELS, HEADS, WINDOW)

    return construct


for folder, class_name in (("swinv2", "Swinv2SelfAttention"), ("swin2sr", "Swin2SRSelfAttention")):
    add(
        class_name, folder, swin(class_name), lambda module, floating: {"coordinates": module.relative_coords_table}
    )


def bros_positions(module, floating):
    boxes = torch.linspace(-100.0, 100.0, 64 * 64).view(1, 64, 64)
    return {"pos_emb": module(boxes.to(floating))}


add(
    "BrosPositionalEmbedding1D",
    "bros",
    lambda module: module.BrosPositionalEmbedding1D(Settings(dim_bbox_sinusoid_emb_1d=CHANNELS)),
    bros_positions,
)


def jukebox(module):
    embedding = module.JukeboxRangeEmbedding(POSITIONS, CHANNELS, (0.0, 100.0), CHANNELS)
    rows = torch.linspace(0.0, 1.0, CHANNELS, dtype=torch.float32)[:, None]
    embedding.emb.weight.copy_(rows.expand(CHANNELS, CHANNELS))
    return embedding


add(
    "JukeboxRangeEmbedding",
    "jukebox",
    jukebox,
    lambda module, floating: {
        "embeddings": module(torch.zeros(1, 1, dtype=floating), torch.full((1, 1), 99.0, dtype=floating))
    },
)

# ALiBi.

add(
    "build_mpt_alibi_tensor",
    "mpt",
    lambda module: module,
    lambda module, floating: {"bias": module.build_mpt_alibi_tensor(HEADS, POSITIONS)},
    sample=True,
)
for folder in ("bloom", "falcon"):
    add(
        f"build_alibi_tensor ({folder})",
        folder,
        lambda module: module,
        lambda module, floating: {
            "bias": module.build_alibi_tensor(torch.ones(1, POSITIONS, dtype=torch.int64), HEADS, floating)
        },
    )

# Integer ranges that follow the default dtype, and tables made with numpy: here for bit-identity and silence.


def whisper(module):
    embedding = torch.nn.Embedding(POSITIONS, CHANNELS)
    embedding.weight.copy_(module.sinusoids(POSITIONS, CHANNELS))
    return embedding


add("sinusoids (Whisper)", "whisper", whisper, lambda module, floating: {"table": module.weight})


def patch_settings() -> Settings:
    return Settings(
        positional_encoding_type="sincos", d_model=CHANNELS, num_patches=POSITIONS, use_positional_encoding=True,
        use_cls_token=False, num_input_channels=1, positional_dropout=0.0,
    )  # fmt: skip


add(
    "PatchTSTPositionalEncoding",
    "patchtst",
    lambda module: module.PatchTSTPositionalEncoding(patch_settings(), POSITIONS),
    lambda module, floating: {"table": module.position_enc},
)
add(
    "PatchTSMixerPositionalEncoding",
    "patchtsmixer",
    lambda module: module.PatchTSMixerPositionalEncoding(patch_settings()),
    lambda module, floating: {"table": module.position_enc},
)
for folder, class_name in (
    ("pegasus", "PegasusSinusoidalPositionalEmbedding"),
    ("marian", "MarianSinusoidalPositionalEmbedding"),
    ("autoformer", "AutoformerSinusoidalPositionalEmbedding"),
    ("informer", "InformerSinusoidalPositionalEmbedding"),
    ("roformer", "RoFormerSinusoidalPositionalEmbedding"),
):
    add(
        class_name,
        folder,
        lambda module, class_name=class_name: getattr(module, class_name)(POSITIONS, CHANNELS),
        lambda module, floating: {"embeddings": module(torch.Size((1, POSITIONS)))},
    )


# Whole models, run on ids or pixels: for plain's bits and for what raises, not for moves.

TINY = {"vocab_size": 8, "d_model": 64}
ENCODER_DECODER = {
    "encoder_layers": 1, "decoder_layers": 1, "encoder_attention_heads": 2, "decoder_attention_heads": 2,
    "encoder_ffn_dim": 8, "decoder_ffn_dim": 8, "max_position_embeddings": 512,
}  # fmt: skip


def whole(folder: str, model: str, config: str, settings: dict, arguments: Callable | None = None) -> None:
    def construct(module):
        return getattr(module, model)(getattr(importlib.import_module("transformers"), config)(**settings))

    def forward(module, floating):
        given = arguments(floating) if arguments else {"input_ids": token_ids(32)}
        return {"last_hidden_state": module(**given)[0]}

    suffix = f" {settings['attention_type']}" if "attention_type" in settings else ""
    add(f"{model} whole{suffix}", folder, construct, forward, level="whole")


def both_ids(floating: torch.dtype) -> dict:
    return {"input_ids": token_ids(32), "decoder_input_ids": token_ids(32)}


whole("ctrl", "CTRLModel", "CTRLConfig", {"vocab_size": 8, "n_positions": 512, "n_embd": 64, "dff": 8, "n_layer": 1, "n_head": 1})
whole("m2m_100", "M2M100Model", "M2M100Config", TINY | ENCODER_DECODER, both_ids)
whole(
    "fsmt",
    "FSMTModel",
    "FSMTConfig",
    {"langs": ["en", "de"], "src_vocab_size": 8, "tgt_vocab_size": 8, "d_model": 64} | ENCODER_DECODER,
    both_ids,
)
whole("pegasus_x", "PegasusXModel", "PegasusXConfig", TINY | ENCODER_DECODER | {"block_size": 16, "num_global_tokens": 4}, both_ids)
for attention_type in ("factorized", "relative_shift"):
    whole(
        "funnel",
        "FunnelBaseModel",
        "FunnelConfig",
        TINY | {"n_head": 2, "d_head": 32, "d_inner": 64, "block_sizes": [1, 1], "attention_type": attention_type},
    )
whole(
    "deprecated/transfo_xl",
    "TransfoXLModel",
    "TransfoXLConfig",
    {"vocab_size": 8, "cutoffs": [], "d_model": 64, "d_embed": 64, "n_head": 1, "d_head": 8, "d_inner": 8, "n_layer": 1}
    | {"div_val": 1, "mem_len": 0, "adaptive": False},
)
whole("xlnet", "XLNetModel", "XLNetConfig", TINY | {"n_layer": 1, "n_head": 2, "d_inner": 8})
whole("gptj", "GPTJModel", "GPTJConfig", {"vocab_size": 8, "n_embd": 64, "n_head": 2, "n_layer": 1, "rotary_dim": 16, "n_positions": 512})
DECODER = {"vocab_size": 8, "hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
whole("llama", "LlamaModel", "LlamaConfig", DECODER)
whole("gpt_neox", "GPTNeoXModel", "GPTNeoXConfig", DECODER | {"rotary_pct": 1.0})
whole("nezha", "NezhaModel", "NezhaConfig", DECODER)
whole(
    "mega",
    "MegaModel",
    "MegaConfig",
    DECODER | {"relative_positional_bias": "rotary", "max_positions": 512, "shared_representation_size": 32, "ema_projection_size": 4},
)
whole(
    "wav2vec2_conformer",
    "Wav2Vec2ConformerModel",
    "Wav2Vec2ConformerConfig",
    {"hidden_size": 64, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "mask_time_prob": 0.0}
    | {"position_embeddings_type": "relative", "conv_dim": (32,), "conv_stride": (5,), "conv_kernel": (10,)}
    | {"num_feat_extract_layers": 1, "num_conv_pos_embeddings": 16, "num_conv_pos_embedding_groups": 4},
    lambda floating: {"input_values": torch.linspace(-1.0, 1.0, 4000)[None].to(floating)},
)
whole(
    "swinv2",
    "Swinv2Model",
    "Swinv2Config",
    {"image_size": 64, "embed_dim": 32, "depths": [1], "num_heads": [2], "window_size": 8},
    lambda floating: {"pixel_values": torch.linspace(-1.0, 1.0, 3 * 64 * 64).view(1, 3, 64, 64).to(floating)},
)


if __name__ == "__main__":
    # The files that hold the entries, one a line, for those who analyse only these.
    sample = "--sample" in sys.argv
    print("\n".join(sorted({entry.path for entry in ENTRIES if entry.sample or not sample})))
