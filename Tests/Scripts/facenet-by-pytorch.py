#!/usr/bin/env python3
"""Do embeddings of imported weights equal PyTorch's?

Builds facenet-pytorch's InceptionResnetV1 with random weights and random batch norm statistics (no download), writes its
state_dict as safetensors, imports it by `marginalia weights import`, embeds PNG pictures by `marginalia embed`, and
compares with PyTorch; then exports the model, loads it into a fresh network of PyTorch, and as ONNX into onnxruntime.

    python3 -m venv venv && venv/bin/pip install "torch==2.13.0+cpu" numpy pillow safetensors onnx onnxruntime
    venv/bin/pip install --no-deps facenet-pytorch
    venv/bin/python Tests/Scripts/facenet-by-pytorch.py .build/release/marginalia

Prints the largest differences; exit status 1 where one is above 1e-5, or above a hundredth of what two pictures differ by.
"""
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import types

import numpy as np
import onnx
import onnxruntime
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

root = pathlib.Path(torch.__file__).parent.parent / "facenet_pytorch" / "models"


def network_class():
    """Loads the class alone: the package's own __init__ wants torchvision and requests."""
    package = types.ModuleType("fp")
    package.__path__ = [str(root)]
    sys.modules["fp"] = package
    for name in ("fp.utils", "fp.utils.download", "requests", "requests.adapters"):
        module = types.ModuleType(name)
        module.__path__ = []
        module.download_url_to_file = None
        module.HTTPAdapter = None
        sys.modules.setdefault(name, module)
    spec = importlib.util.spec_from_file_location("fp.inception_resnet_v1", root / "inception_resnet_v1.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module.InceptionResnetV1


def run(*command):
    result = subprocess.run([sys.argv[1], *map(str, command)], capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{command}: {result.stdout}{result.stderr}")
    return result.stdout.strip()


Network = network_class()
torch.manual_seed(0)
network = Network(pretrained=None, classify=False, num_classes=10).eval()
for module in network.modules():
    if isinstance(module, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d)):
        module.running_mean.normal_(0, 0.1)
        module.running_var.uniform_(0.5, 1.5)
        module.weight.data.uniform_(-1.5, 1.5)
        module.bias.data.normal_(0, 0.1)

with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    pictures = np.random.default_rng(1).integers(0, 256, (6, 160, 160, 3), dtype=np.uint8)
    (folder / "pictures").mkdir()
    for number, picture in enumerate(pictures):
        Image.fromarray(picture).save(folder / "pictures" / f"{number}.png")
    with torch.no_grad():
        expected = network(torch.tensor((pictures.astype(np.float32) - 127.5) / 128).permute(0, 3, 1, 2)).numpy()

    save_file(network.state_dict(), folder / "weights.safetensors")
    print(run("weights", "import", folder / "weights.safetensors", "--output", folder / "model.safetensors"))
    run("embed", folder / "pictures", "--model", folder / "model.safetensors", "--output", folder / "F.npy", "--unit")
    found = np.load(folder / "F.npy")
    difference = np.abs(found - expected).max()
    between = min(np.abs(a - b).max() for i, a in enumerate(expected) for b in expected[:i])
    print(f"embeddings of {len(found)} pictures, {found.shape[1]} features: largest difference {difference:.2e}, "
          f"between two pictures at least {between:.2e}")

    run("weights", "export", "--model", folder / "model.safetensors", "--output", folder / "back.safetensors")
    again = Network(pretrained=None, classify=False, num_classes=10).eval()
    again.load_state_dict(load_file(folder / "back.safetensors"))
    with torch.no_grad():
        second = again(torch.tensor((pictures.astype(np.float32) - 127.5) / 128).permute(0, 3, 1, 2)).numpy()
    back = np.abs(second - expected).max()
    print(f"exported and loaded into PyTorch: largest difference {back:.2e}")

    print(run("weights", "export", "--model", folder / "model.safetensors", "--output", folder / "model.onnx"))
    onnx.checker.check_model(str(folder / "model.onnx"), full_check=True)
    session = onnxruntime.InferenceSession(folder / "model.onnx", providers=["CPUExecutionProvider"])
    batch = ((pictures.astype(np.float32) - 127.5) / 128).transpose(0, 3, 1, 2)
    third = session.run(["features"], {"pictures": batch})[0]
    third /= np.linalg.norm(third, axis=1, keepdims=True)
    runtime = np.abs(third - expected).max()
    print(f"exported as ONNX and run by onnxruntime {onnxruntime.__version__}: largest difference {runtime:.2e}")
sys.exit(1 if max(difference, back, runtime) > min(1e-5, between / 100) else 0)
