public import Faces

extension FaceSet: TrainingSet {}
