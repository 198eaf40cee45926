internal import Faces
internal import Foundation

/// The kind of a file that is not a NumPy file of numbers, by its first bytes: what people pass for one.
package enum FileKind: Hashable, Sendable {
  case pyTorch, pickle, matlab, hdf5, parquet, safetensors, gzip, gitLFS, html, text
  /// NumPy files whose elements are not numbers.
  case objects, complexNumbers, fields

  /// Looks at the start of a file.
  ///
  /// - Returns: `nil` for a file of another kind, which may be a NumPy file, and for one that cannot be read.
  package init?(ofFileAt path: String) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    guard let handle = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)) else { return nil }
    defer { try? handle.close() }
    self.init(start: Array((try? handle.read(upToCount: 1024)) ?? Data()))
  }

  /// - Parameter start: the first bytes of a file.
  init?(start: [UInt8]) {
    func has(_ text: String, at place: Int = 0) -> Bool {
      start.dropFirst(place).starts(with: Array(text.utf8))
    }
    let text = String(decoding: start, as: UTF8.self)
    if has("NUMPY", at: 1) {
      guard let kind = Self.elements(ofHeader: text) else { return nil }
      self = kind
    } else if has("PK\u{3}\u{4}") {
      // torch.save writes a ZIP archive that begins with NAME/data.pkl.
      guard text.contains("/data.pkl") else { return nil }
      self = .pyTorch
    } else if has("MATLAB 5") {
      self = .matlab
    } else if has("MATLAB 7.3") || start.starts(with: [0x89, 0x48, 0x44, 0x46]) {
      self = .hdf5
    } else if has("PAR1") {
      self = .parquet
    } else if start.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if start.count > 9, start[2..<8].allSatisfy({ $0 == 0 }) || has("{\"", at: 8), start[8] == 0x7B {
      self = .safetensors
    } else if has("version https://git-lfs") {
      self = .gitLFS
    } else if start.count > 1, start[0] == 0x80, (2...5).contains(start[1]) {
      self = .pickle
    } else if start.first(where: { !Self.isBlank($0) }) == 0x3C {
      self = .html
    } else if !start.isEmpty, start.allSatisfy({ $0 >= 32 && $0 != 127 || Self.isBlank($0) }) {
      self = .text
    } else {
      return nil
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 32 || (9...13).contains(byte) }

  private static func elements(ofHeader header: String) -> FileKind? {
    if header.contains(/['"]descr['"]\s*:\s*\[/) { return .fields }
    guard let type = header.firstMatch(of: /['"]descr['"]\s*:\s*[ub]?['"][<>=|]?([A-Za-z])/)?.1 else {
      return nil
    }
    return type == "O" ? .objects : type == "c" || type == "F" || type == "D" ? .complexNumbers : nil
  }

  /// What the file is, in words.
  package var name: String {
    switch self {
    case .pyTorch: "a PyTorch file (torch.save)"
    case .pickle: "a Python pickle, which may hold code"
    case .matlab: "a MATLAB file (.mat)"
    case .hdf5: "an HDF5 file (.h5, or .mat of MATLAB 7.3)"
    case .parquet: "a Parquet file"
    case .safetensors: "a safetensors file"
    case .gzip: "a file compressed by gzip"
    case .gitLFS: "a pointer of Git LFS in place of the file"
    case .html: "a page of HTML, perhaps of a failed download"
    case .text: "text"
    case .objects: "an array of Python objects, which may hold code"
    case .complexNumbers: "complex numbers"
    case .fields: "records of several fields"
    }
  }

  /// How to make a file of features of it.
  private var remedy: String {
    let save = "a NumPy file of features, numpy.save('F.npy', x): x is "
    return switch self {
    case .pyTorch: save + "torch.load(FILE).cpu().numpy()"
    case .pickle: save + "numpy.asarray of what pickle.load gives"
    case .matlab: save + "scipy.io.loadmat(FILE)[NAME]"
    case .hdf5: save + "h5py.File(FILE)[NAME][()]"
    case .parquet: save + "pandas.read_parquet(FILE).to_numpy('float32')"
    case .safetensors: save + "safetensors.numpy.load_file(FILE)[NAME]"
    case .gzip: "the file that is in it: gunzip FILE"
    case .gitLFS: "the file itself: git lfs pull"
    case .html: "a NumPy file: fetch it again"
    case .text: save + "numpy.loadtxt(FILE), or with delimiter=','"
    case .objects: save + "numpy.stack(list(numpy.load(FILE, allow_pickle=True))).astype('float32')"
    case .complexNumbers: save + "real numbers, for example numpy.concatenate([z.real, z.imag], 1)"
    case .fields: save + "numpy.lib.recfunctions.structured_to_unstructured(z)"
    }
  }

  /// The error for such a file in place of features.
  var error: DataError.Problem { .format(found: name, expected: remedy) }
}

/// Opens a NumPy file of features.
///
/// - Parameter path: the file; of an archive of several arrays `archive.npz:name`.
/// - Throws: a ``DataError`` for a file of another kind, or an array that is not rows of numbers.
func openFeatures(_ path: String) throws -> NumpyFile {
  if let kind = FileKind(ofFileAt: fileOfArray(path)) { throw DataError(kind.error, file: path) }
  let file = try NumpyFile(path)
  guard file.shape.count >= 2, file.rowCount > 0, file.rowLength > 0 else {
    let lengths = file.shape.map(String.init).joined(separator: ", ")
    let shape = "(\(lengths)\(file.shape.count == 1 ? "," : ""))"
    throw DataError(
      .format(
        found: "an array of the shape \(shape)",
        expected: "rows of features, (images, dimensions), each above 0: save x.reshape(images, dimensions)"
      ),
      file: path
    )
  }
  return file
}

/// The file of an array, `archive.npz` of `archive.npz:name`.
func fileOfArray(_ path: String) -> String {
  path.range(of: ".npz:", options: .caseInsensitive).map { String(path[..<$0.upperBound].dropLast()) } ?? path
}

/// Whether a path is that of a folder of features, and not of a file.
func isFeatureFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}
