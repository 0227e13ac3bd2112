"""State of the layers."""

from visualizer.scene.layers import AS_USUAL, HEATS, LAYERS, SPANS, USUAL, Heat, Layer, Layers


def test_a_switch_switches_back() -> None:
    """Each layer is switched off and on again, and the others stay."""
    for layer in LAYERS:
        once = AS_USUAL.with_switched(layer)
        assert once.on ^ AS_USUAL.on == {layer}
        assert once.with_switched(layer) == AS_USUAL


def test_heat_and_span_go_round() -> None:
    """After as many presses as there are kinds, each kind has been shown once."""
    layers, heats, spans = AS_USUAL, [], []
    for _ in HEATS:
        heats.append(layers.heat)
        layers = layers.with_next_heat()
    for _ in SPANS:
        spans.append(layers.span)
        layers = layers.with_next_span()
    assert layers == AS_USUAL
    assert (sorted(heats), sorted(spans)) == (sorted(HEATS), sorted(SPANS))


def test_words_tell_what_is_not_as_usual() -> None:
    """The words are empty for the default layers; else they list the differences, and the heat with its span."""
    assert AS_USUAL.words() == ""
    more = Layers(on=USUAL - {Layer.PODS} | {Layer.GOALS}, heat=Heat.WAITING, span=0)
    assert more.words() == "heat: waiting, all; goals; no pods"
    assert Layers(heat=Heat.VELOCITY).words() == "heat: velocity"
