import pytest

from assistant import precision

pytestmark = pytest.mark.usefixtures("torch_installed")


@pytest.mark.parametrize(
    ("flags", "native"),
    [
        ({"avx512_bf16": True}, True),
        ({"avx512_bf16": False, "amx_bf16": True}, True),
        ({"neon": True, "bf16": True}, True),
        ({"avx2": True, "avx512_f": True, "avx512_bf16": False}, False),
        ({}, False),
    ],
)
def test_bf16_only_where_the_cpu_has_it(
    flags: dict[str, bool], native: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: flags, raising=False)
    assert precision.has_native_bf16() is native
    assert precision.best_dtype("cpu") == (torch.bfloat16 if native else torch.float32)
    assert precision.best_dtype("mps") == torch.float32


@pytest.mark.parametrize("new", [True, False])
def test_16_bits_on_a_gpu(new: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation: new)
    assert precision.best_dtype("cuda") == (torch.bfloat16 if new else torch.float16)


def test_a_torch_that_does_not_tell_means_no_bf16(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.delattr(torch.cpu, "get_capabilities", raising=False)
    assert not precision.has_native_bf16()


@pytest.mark.usefixtures("packed_bf16")
@pytest.mark.parametrize("activation", ["gelu", "relu", "gelu_new"])
def test_packed_layers_give_the_same(activation: str) -> None:
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        hidden_act=activation,
        initializer_range=0.2,
    )
    model = BertModel(config, add_pooling_layer=False).eval().to(torch.bfloat16)
    given = torch.arange(40).reshape(2, 20)
    with torch.inference_mode():
        plain = model(given).last_hidden_state.float()
        precision.pack(model)
        packed = model(given).last_hidden_state.float()
    assert not any(isinstance(module, torch.nn.Linear) for module in model.modules())
    cosine = torch.cosine_similarity(plain.reshape(40, -1), packed.reshape(40, -1))
    assert cosine.min() > 0.999
    fused = model.encoder.layer[0].intermediate.intermediate_act_fn
    assert isinstance(fused, torch.nn.Identity) == (activation == "gelu")


def test_without_the_operators_nothing_is_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    class Operators:
        pass

    monkeypatch.setattr(torch.ops, "mkldnn", Operators())
    model = torch.nn.Sequential(torch.nn.Linear(2, 2))
    precision.pack(model)
    assert type(model[0]) is torch.nn.Linear


@pytest.mark.usefixtures("packed_bf16")
def test_only_known_architectures_are_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(precision, "has_native_bf16", lambda: True)
    for kind, packed in (("bert", True), ("xlm-roberta", True), ("bilinmeyen", False), ("", False)):
        model = torch.nn.Sequential(torch.nn.Linear(2, 2))
        assert precision.prepare(model, "cpu", kind) == torch.bfloat16
        assert (type(model[0]) is not torch.nn.Linear) == packed


@pytest.mark.parametrize(("limit", "threads"), [("1", 1), ("64", 2), ("", 2), ("çok", 2), ("0", 2)])
def test_threads_stay_below_the_limit_that_openmp_has(
    limit: str, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setenv("OMP_THREAD_LIMIT", limit)
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        precision.prepare(torch.nn.Linear(2, 2), "cpu")
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
