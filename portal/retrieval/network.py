"""The network of the carried model as ONNX, its weights as they lie in the file: four bits, multiplied as bytes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

from portal.retrieval.weights_file import BLOCK, WeightsFile

_OPSET, _FORMAT = 17, 9
_MICROSOFT = "com.microsoft"
# Multiply what comes in as bytes, a scale for every block, as the weights are.
_AS_BYTES = 4


def session(weights: WeightsFile) -> ort.InferenceSession:
    """The network, ready to run: `words`, shape (1, tokens, width), to `states`, of the same shape.

    One thread a text: several questions at once use the processors, and threads that wait for each other within one text take ten
    times as long on a busy machine.
    """
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return ort.InferenceSession(_model(weights), options, providers=["CPUExecutionProvider"])


def _model(weights: WeightsFile) -> bytes:
    graph, shape = _Graph(weights), weights.shape
    state = graph.normed("words", "emb.ln")
    for layer in range(shape.layers):
        state = graph.layer(state, f"l{layer}")
    kind: list[str | int | None] = ["batch", "tokens", shape.width]
    words, states = (helper.make_tensor_value_info(n, TensorProto.FLOAT, kind) for n in ("words", state))
    made = helper.make_graph(graph.nodes, "e5", [words], [states], graph.constants)
    opsets = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_MICROSOFT, 1)]
    return bytes(helper.make_model(made, opset_imports=opsets, ir_version=_FORMAT).SerializeToString())


@dataclass
class _Graph:
    """The nodes and constants put together so far; each method adds some and gives the name of what they compute."""

    weights: WeightsFile
    nodes: list[Any] = field(default_factory=list)
    constants: list[Any] = field(default_factory=list)

    def layer(self, state: str, name: str) -> str:
        """Attention and the inner layer, each added to what came in."""
        shape = self.weights.shape
        asked, keys, values = (self._multiplied(state, f"{name}.{part}", shape.width) for part in "qkv")
        attended = self._node(
            "MultiHeadAttention", [asked, keys, values], f"{name}.attended", _MICROSOFT, num_heads=shape.heads
        )
        state = self._added(state, self._multiplied(attended, f"{name}.ao", shape.width), f"{name}.aln")
        inner = self._node("Gelu", [self._multiplied(state, f"{name}.fi", shape.width)], f"{name}.inner", _MICROSOFT)
        return self._added(state, self._multiplied(inner, f"{name}.fo", shape.inner), f"{name}.oln")

    def normed(self, state: str, norm: str) -> str:
        """The state, each token's numbers brought to the same mean and spread."""
        scaled = self._scaled(norm)
        return self._node("LayerNormalization", [state, *scaled], norm, epsilon=self.weights.shape.epsilon)

    def _added(self, state: str, more: str, norm: str) -> str:
        inputs = [state, more, *self._scaled(norm)]
        return self._node("SkipLayerNormalization", inputs, norm, _MICROSOFT, epsilon=self.weights.shape.epsilon)

    def _scaled(self, norm: str) -> list[str]:
        return [self._constant(f"{norm}.{part}", self.weights.numbers(f"{norm}.{part}")) for part in "wb"]

    def _multiplied(self, state: str, name: str, width: int) -> str:
        weights, scales = self.weights.blocks(f"{name}.w")
        rows = len(weights) * BLOCK // width
        pairs = (weights[:, 0::2] | (weights[:, 1::2] << 4)).reshape(rows, width // BLOCK, BLOCK // 2)
        constants = {"w": pairs, "s": scales.reshape(rows, -1), "b": self.weights.numbers(f"{name}.b")}
        packed, scale, bias = (self._constant(f"{name}.{part}", of) for part, of in constants.items())
        inputs = [state, packed, scale, "", "", bias]
        sizes = {"K": width, "N": rows, "bits": 4, "block_size": BLOCK, "accuracy_level": _AS_BYTES}
        return self._node("MatMulNBits", inputs, name, _MICROSOFT, **sizes)

    def _constant(self, name: str, numbers: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def _node(self, kind: str, inputs: Iterable[str], name: str, domain: str = "", **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [name], domain=domain, **attributes))
        return name
