"""The two reference networks, forward and backward, in double precision with numpy.

`Tape` records operations and replays them backwards; images are [batch, channel, height, width], the weights of a
convolution [output, input, height, width].
"""
import numpy as np

from formulas import cross_entropy


def draws(seed, stream, count):
    """Returns the first `count` draws u(stream, i) in [-1, 1): SplitMix64 of ((seed * 1000 + stream) << 32) + i."""
    with np.errstate(over="ignore"):
        z = np.uint64((seed * 1000 + stream) << 32) + np.arange(count, dtype=np.uint64)
        z = (z + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
    return (z >> np.uint64(11)).astype(float) * 2.0**-52 - 1


class Node:
    def __init__(self, value):
        self.value, self.gradient = value, 0.0


class Tape:
    """The operations of one forward pass; `backward` fills the gradients of every node."""

    def __init__(self):
        self.steps = []

    def node(self, value, backward):
        node = Node(value)
        self.steps.append((node, backward))
        return node

    def backward(self, node, gradient):
        node.gradient = gradient
        for each, step in reversed(self.steps):
            step(each.gradient)

    def convolution(self, x, weight, bias=None, stride=1, same=True):
        outputs, inputs, height, width = weight.value.shape
        above, left = ((height - 1) // 2, (width - 1) // 2) if same else (0, 0)
        padded = np.pad(x.value, ((0, 0), (0, 0), (above, above), (left, left)))
        rows = (padded.shape[2] - height) // stride + 1
        columns = (padded.shape[3] - width) // stride + 1
        batch = len(padded)

        def window(image, i, j):
            return image[:, :, i : i + stride * rows : stride, j : j + stride * columns : stride]

        offsets = [(i, j) for i in range(height) for j in range(width)]
        result = np.zeros((batch, outputs, rows * columns))
        for i, j in offsets:
            result += weight.value[:, :, i, j] @ window(padded, i, j).reshape(batch, inputs, -1)
        if bias is not None:
            result += bias.value[:, None]

        def backward(gradient):
            flat = gradient.reshape(batch, outputs, -1)
            slopes = np.zeros_like(weight.value)
            image = np.zeros_like(padded)
            for i, j in offsets:
                part = window(padded, i, j).reshape(batch, inputs, -1)
                slopes[:, :, i, j] = (flat @ part.transpose(0, 2, 1)).sum(0)
                window(image, i, j)[...] += (weight.value[:, :, i, j].T @ flat).reshape(batch, inputs, rows, columns)
            weight.gradient = weight.gradient + slopes
            if bias is not None:
                bias.gradient = bias.gradient + flat.sum((0, 2))
            end = image.shape[2] - above, image.shape[3] - left
            x.gradient = x.gradient + image[:, :, above : end[0], left : end[1]]

        return self.node(result.reshape(batch, outputs, rows, columns), backward)

    def batch_norm(self, x, beta, epsilon=1e-3):
        """Batch statistics, biased variance, an offset for each channel and no scale."""
        axes = (0,) if x.value.ndim == 2 else (0, 2, 3)
        shape = [1, -1] + [1] * (x.value.ndim - 2)
        centred = x.value - x.value.mean(axes, keepdims=True)
        inverse = 1 / np.sqrt((centred**2).mean(axes, keepdims=True) + epsilon)
        normed = centred * inverse

        def backward(gradient):
            beta.gradient = beta.gradient + gradient.sum(axes)
            mean = gradient.mean(axes, keepdims=True)
            along = (gradient * normed).mean(axes, keepdims=True)
            x.gradient = x.gradient + inverse * (gradient - mean - normed * along)

        return self.node(normed + beta.value.reshape(shape), backward)

    def relu(self, x):
        def backward(gradient):
            x.gradient = x.gradient + gradient * (x.value > 0)

        return self.node(np.maximum(x.value, 0), backward)

    def max_pool(self, x, size=3, stride=2):
        """The maximum of each whole window; of equal values the first gets the gradient."""
        windows = np.lib.stride_tricks.sliding_window_view(x.value, (size, size), (2, 3))[:, :, ::stride, ::stride]
        flat = windows.reshape(*windows.shape[:4], size * size)
        best = flat.argmax(-1)

        def backward(gradient):
            image = np.zeros_like(x.value)
            batch, channel, row, column = np.indices(best.shape)
            place = (batch, channel, row * stride + best // size, column * stride + best % size)
            np.add.at(image, place, gradient)
            x.gradient = x.gradient + image

        return self.node(np.take_along_axis(flat, best[..., None], -1)[..., 0], backward)

    def add(self, x, y, scale):
        """x + scale * y."""

        def backward(gradient):
            x.gradient = x.gradient + gradient
            y.gradient = y.gradient + scale * gradient

        return self.node(x.value + scale * y.value, backward)

    def concatenate(self, parts):
        """Joins along the channels."""
        ends = np.cumsum([part.value.shape[1] for part in parts])[:-1]

        def backward(gradient):
            for part, slope in zip(parts, np.split(gradient, ends, axis=1)):
                part.gradient = part.gradient + slope

        return self.node(np.concatenate([part.value for part in parts], axis=1), backward)

    def global_mean(self, x):
        def backward(gradient):
            area = x.value.shape[2] * x.value.shape[3]
            x.gradient = x.gradient + np.broadcast_to(gradient[:, :, None, None] / area, x.value.shape)

        return self.node(x.value.mean((2, 3)), backward)

    def dense(self, x, weight, bias=None):
        """x W', with W [output, input]."""

        def backward(gradient):
            x.gradient = x.gradient + gradient @ weight.value
            weight.gradient = weight.gradient + gradient.T @ x.value
            if bias is not None:
                bias.gradient = bias.gradient + gradient.sum(0)

        return self.node(x.value @ weight.value.T + (0 if bias is None else bias.value), backward)


def small_network(tape, images, p):
    """The network of network-trajectory.json; returns its embedding and its logits."""
    x = tape.convolution(images, p["conv1"], stride=2, same=False)
    x = tape.max_pool(tape.relu(tape.batch_norm(x, p["beta1"])))
    x = tape.relu(tape.batch_norm(tape.convolution(x, p["conv2"]), p["beta2"]))
    branch = tape.relu(tape.batch_norm(tape.convolution(x, p["conv3"]), p["beta3"]))
    x = tape.global_mean(tape.relu(tape.add(x, branch, 0.17)))
    embedding = tape.batch_norm(tape.dense(x, p["dense"]), p["beta4"])
    return embedding, tape.dense(embedding, p["logits"], p["logitBias"])


class InceptionResNetV1:
    """Szegedy et al., AAAI 2017, figures 9 to 15, with facenet's widths: batch norm without scale, embedding 512.

    `parameter(name, shape)` makes a tensor when the network asks for it, so their order is the order of use.
    """

    def __init__(self, tape, parameter):
        self.tape, self.parameter = tape, parameter

    def unit(self, x, name, outputs, height, width, stride=1, same=True):
        """A convolution without bias, batch norm and ReLU."""
        weight = self.parameter(f"{name}/weight", (outputs, x.value.shape[1], height, width))
        x = self.tape.convolution(x, weight, stride=stride, same=same)
        return self.tape.relu(self.tape.batch_norm(x, self.parameter(f"{name}/beta", (outputs,))))

    def branch(self, x, name, units):
        for suffix, outputs, height, width, stride in units:
            x = self.unit(x, f"{name}/{suffix}", outputs, height, width, stride, stride == 1)
        return x

    def block(self, x, name, branches, scale, relu=True):
        """x + scale * up(branches), where up is a convolution of 1x1 with bias."""
        parts = [self.branch(x, f"{name}/branch{i}", units) for i, units in enumerate(branches)]
        joined, channels = self.tape.concatenate(parts), x.value.shape[1]
        weight = self.parameter(f"{name}/up/weight", (channels, joined.value.shape[1], 1, 1))
        up = self.tape.convolution(joined, weight, self.parameter(f"{name}/up/bias", (channels,)))
        x = self.tape.add(x, up, scale)
        return self.tape.relu(x) if relu else x

    def reduction(self, x, name, branches):
        parts = [self.branch(x, f"{name}/branch{i}", units) for i, units in enumerate(branches)]
        return self.tape.concatenate(parts + [self.tape.max_pool(x)])

    def embedding(self, x):
        x = self.unit(x, "stem/conv1 3x3/2 valid", 32, 3, 3, 2, False)
        x = self.unit(x, "stem/conv2 3x3 valid", 32, 3, 3, 1, False)
        x = self.tape.max_pool(self.unit(x, "stem/conv3 3x3", 64, 3, 3))
        x = self.unit(x, "stem/conv4 1x1 valid", 80, 1, 1, 1, False)
        x = self.unit(x, "stem/conv5 3x3 valid", 192, 3, 3, 1, False)
        x = self.unit(x, "stem/conv6 3x3/2 valid", 256, 3, 3, 2, False)
        one = lambda width: ("1x1", width, 1, 1, 1)
        for number in range(1, 6):
            a = [
                [one(32)],
                [one(32), ("3x3", 32, 3, 3, 1)],
                [one(32), ("3x3a", 32, 3, 3, 1), ("3x3b", 32, 3, 3, 1)],
            ]
            x = self.block(x, f"A{number}", a, 0.17)
        three = [one(192), ("3x3", 192, 3, 3, 1), ("3x3/2", 256, 3, 3, 2)]
        x = self.reduction(x, "reductionA", [[("3x3/2", 384, 3, 3, 2)], three])
        for number in range(1, 11):
            b = [[one(128)], [one(128), ("1x7", 128, 1, 7, 1), ("7x1", 128, 7, 1, 1)]]
            x = self.block(x, f"B{number}", b, 0.10)
        half = lambda width: ("3x3/2", width, 3, 3, 2)
        two = [[one(256), half(384)], [one(256), half(256)], [one(256), ("3x3", 256, 3, 3, 1), half(256)]]
        x = self.reduction(x, "reductionB", two)
        for number in range(1, 7):
            c = [[one(192)], [one(192), ("1x3", 192, 1, 3, 1), ("3x1", 192, 3, 1, 1)]]
            x = self.block(x, f"C{number}", c, 0.20 if number < 6 else 1.0, relu=number < 6)
        x = self.tape.global_mean(x)
        weight = self.parameter("bottleneck/weight", (512, x.value.shape[1]))
        return self.tape.batch_norm(self.tape.dense(x, weight), self.parameter("bottleneck/beta", (512,)))


def trajectory(case):
    """The losses of ten steps of momentum SGD, the loss after them, and the first step's embedding and gradients.

    v = m v + g;  w -= rate v, where g has the weight decay of tensors of two and more axes.
    """
    batch, size, classes = case["batch"], case["imageSize"], case["classes"]
    shapes = {
        "conv1": (8, 3, 3, 3), "conv2": (12, 8, 3, 3), "conv3": (12, 12, 1, 5), "beta1": (8,), "beta2": (12,),
        "beta3": (12,), "dense": (6, 12), "beta4": (6,), "logits": (classes, 6), "logitBias": (classes,),
        "images": (batch, 3, size, size),
    }  # fmt: skip
    tensors = {}
    for name, (stream, scale) in case["tensors"].items():
        tensors[name] = scale * draws(case["seed"], stream, np.prod(shapes[name])).reshape(shapes[name])
    images = tensors.pop("images")
    velocity = {name: np.zeros_like(tensor) for name, tensor in tensors.items()}
    labels = np.arange(batch) % classes
    losses, first = [], None
    for step in range(11):
        tape, nodes = Tape(), {name: Node(tensor) for name, tensor in tensors.items()}
        embedding, logits = small_network(tape, Node(images), nodes)
        loss, slope = cross_entropy(logits.value, labels)
        losses.append(loss)
        tape.backward(logits, slope)
        if step == 0:
            gradients = {name: nodes[name].gradient.ravel() for name in case["firstStep"]["gradients"]}
            first = {"embedding": embedding.value, "gradients": gradients}
        for name, tensor in tensors.items():
            decay = case["weightDecay"] if tensor.ndim >= 2 else 0
            velocity[name] = case["momentum"] * velocity[name] + nodes[name].gradient + decay * tensor
            tensors[name] = tensor - case["learningRate"] * velocity[name]
    return {"losses": losses[:10], "finalLoss": losses[10], "firstStep": first}


def inception_resnet(case):
    """Layers, embedding, loss and gradients of Inception-ResNet-v1 on drawn weights and images."""
    seed, batch, size = case["seed"], case["batch"], case["imageSize"]
    layers, nodes = [], {}

    def parameter(name, shape):
        if len(shape) == 1:
            scale = 0.1
        else:  # Glorot and Bengio, AISTATS 2010, equation 16
            scale = float(np.sqrt(6 / ((shape[0] + shape[1]) * np.prod(shape[2:]))))
        index = len(layers)
        layers.append({"index": index, "name": name, "shape": list(shape), "scale": scale})
        nodes[name] = Node(scale * draws(seed, index, np.prod(shape)).reshape(shape))
        return nodes[name]

    tape = Tape()
    images = draws(seed, 777, batch * 3 * size * size).reshape(batch, 3, size, size)
    embedding = InceptionResNetV1(tape, parameter).embedding(Node(images))
    head = 0.05 * draws(seed, 999, 10 * 512).reshape(10, 512)
    loss, slope = cross_entropy(embedding.value @ head.T, np.arange(batch) % 10)
    tape.backward(embedding, slope @ head)
    return {
        "parameterCount": sum(node.value.size for node in nodes.values()),
        "layers": layers,
        "loss": loss,
        "embedding": embedding.value,
        "gradientNorms": {name: np.linalg.norm(node.gradient) for name, node in nodes.items()},
        "gradientFirst": {name: node.gradient.flat[0] for name, node in nodes.items()},
    }
