// Faces
