// `import Laboratory` is all that a cell has to say.
@_exported public import Benchmarks
@_exported public import Faces
@_exported public import Findings
@_exported public import Losses
@_exported public import Networks
@_exported public import Statistics
@_exported public import Tensors
@_exported public import Training
