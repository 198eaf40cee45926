// swift-tools-version: 6.3
import PackageDescription

/// Imports are internal unless marked, and using a member needs an import of the module that declares it. With
/// `--explicit-target-dependency-import-check error` this makes the compiler enforce the layers drawn in the README.
let features: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

func module(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
  .target(name: name, dependencies: dependencies, resources: resources, swiftSettings: features)
}

/// A target of arithmetic in C, optimised in debug builds as well: the compiler would fuse products and sums in some loops only, so
/// that tests would see other bits than users do.
func arithmetic(_ name: String) -> Target {
  .target(name: name, cSettings: [.unsafeFlags(["-O2"])])
}

func tests(
  _ module: String,
  _ dependencies: [Target.Dependency] = [],
  resources: [String] = [],
  snapshots: Bool = false,
  excluded: [String] = []
) -> Target {
  .testTarget(
    name: module + "Tests",
    dependencies: [.byName(name: module), "TestSupport"] + dependencies,
    exclude: excluded + (snapshots ? ["Snapshots"] : []),
    resources: resources.map { .copy($0) },
    swiftSettings: features
  )
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let yaml = Target.Dependency.product(name: "Yams", package: "Yams")
let http: [Target.Dependency] = [
  .product(name: "FlyingFox", package: "FlyingFox"), .product(name: "FlyingSocks", package: "FlyingFox"),
]
let laboratory: [Target.Dependency] = [
  "Tensors", "Networks", "Losses", "Faces", "Training", "Benchmarks", "Statistics", "Findings",
]

let package = Package(
  name: "marginalia",
  products: [
    .executable(name: "marginalia", targets: ["marginalia"]),
    .executable(name: "marginalia-bench", targets: ["marginalia-bench"]),
    .library(name: "Laboratory", type: .dynamic, targets: ["Laboratory"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
    .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.1"),
  ],
  targets: [
    // Layer 0: C libraries, nothing else.
    .systemLibrary(name: "COpenBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(name: "CCMark", pkgConfig: "libcmark", providers: [.apt(["libcmark-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CGSL", providers: [.apt(["libgsl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CPNG", linkerSettings: [.linkedLibrary("png16")]),
    .target(name: "CJPEG", linkerSettings: [.linkedLibrary("jpeg")]),
    .target(name: "CProcess"),
    .target(name: "CWitness"),
    arithmetic("CKernels"),
    arithmetic("CBounds"),
    .target(name: "CWorkers"),
    .target(name: "CArena"),

    // Ground for both wings.
    module("Digests", ["CCrypto"]),
    module("Files", ["CZlib"]),
    module("PNGCoding", ["CPNG"]),
    module("Findings", []),

    // Laboratory wing.
    module("Tensors", ["COpenBLAS", "CKernels", "CWorkers"]),
    module("Networks", ["Tensors", "CKernels"]),
    module("Losses", ["Tensors", "CKernels"]),
    module("Faces", ["CKernels", "Tensors", "Digests", "Files", "PNGCoding", "CJPEG", "CZlib"]),
    module("Training", ["Tensors", "Networks", "Losses", "Faces", "Digests", "Files"]),
    module("Statistics", ["CGSL", "Findings", "Tensors"]),
    module("Benchmarks", ["Tensors", "Faces", "Training", "Digests", "CBounds"]),
    module("Laboratory", laboratory + ["Digests", "CWitness"]),

    // Document wing.
    module("Markup", []),
    module("Charts", ["Findings", "Markup"], resources: [.embedInCode("Assets/chart.css")]),
    module("Chapters", ["CCMark", "CArena", "Findings", yaml]),
    module("Typesetting", ["Chapters", "Markup"]),
    module("Planning", ["Chapters", "Findings", "Digests"]),
    module("Engine", ["Chapters", "Planning", "Findings", "Typesetting", "Digests", "Files", "CProcess"]),
    module(
      "Reports",
      ["Chapters", "Planning", "Findings", "Charts", "Markup", "Typesetting", "Digests", "PNGCoding"],
      resources: ["style.css", "script.js", "findings.schema.json", "claims.schema.json"].map {
        .embedInCode("Assets/" + $0)
      }
    ),
    module("Archives", ["CCrypto", "CZlib", "Chapters", "Findings", "Markup", "Digests", "Files"]),
    module("Preview", ["Markup"] + http),

    // Where both wings meet: features from files, scored by the benchmarks' rules and shown.
    module(
      "Evaluation",
      ["Tensors", "Faces", "Training", "Benchmarks", "Findings", "Charts", "Reports", "Digests"]
    ),

    // Networks for other runtimes.
    module("ONNX", ["Networks", "Tensors"]),

    // Programs.
    module(
      "Commands",
      [
        "Chapters", "Planning", "Engine", "Findings", "Charts", "Typesetting", "Reports", "Digests", "Files",
        "Preview", "Archives", "Tensors", "Faces", "Networks", "Training", "Benchmarks", "Evaluation", "ONNX",
        arguments,
      ]
    ),
    .executableTarget(name: "marginalia", dependencies: ["Commands"], swiftSettings: features),
    .executableTarget(
      name: "marginalia-bench",
      dependencies: [
        "Tensors", "Networks", "Losses", "Faces", "Training", "Benchmarks", "Chapters", "Reports", "Findings",
        "Markup", "CKernels", arguments,
      ],
      swiftSettings: features
    ),

    // Tests.
    .target(
      name: "TestSupport",
      dependencies: ["Tensors"],
      path: "Tests/TestSupport",
      swiftSettings: features
    ),
    tests("Digests"),
    tests("Files"),
    tests("Findings"),
    tests("Tensors", ["CKernels"]),
    tests("Networks", ["Tensors", "Losses", "CKernels"]),
    tests("Losses", ["Tensors", "CKernels"]),
    tests("Faces", ["CKernels", "Tensors", "Digests"]),
    tests("Training", ["Tensors", "Networks", "Losses", "Faces", "Digests"]),
    tests("Benchmarks", ["Tensors", "Faces", "CBounds"]),
    tests("Statistics", ["Findings"]),
    tests("Laboratory", ["Findings"]),
    tests("Markup"),
    tests("Charts", ["Findings", "Markup"], snapshots: true),
    tests("Typesetting", ["Markup"], excluded: ["Formulas.txt"]),
    tests("Chapters", ["CCMark", "Findings", "Markup", "Reports"]),
    tests("Planning", ["Chapters", "Findings"]),
    tests("Engine", ["Chapters", "Planning", "Findings", "Typesetting", "Digests"]),
    tests(
      "Reports",
      ["Chapters", "Planning", "CCMark", "Findings", "Charts", "Markup", "Typesetting", "Tensors"],
      snapshots: true
    ),
    tests("Commands", ["Engine", arguments]),
    tests("ONNX", ["Networks", "Tensors"]),
    tests("Archives", ["Chapters", "Findings", "Digests"]),
    tests("Preview"),
    tests(
      "Evaluation",
      ["Tensors", "Networks", "Losses", "Faces", "Training", "Benchmarks", "Findings", "Digests"]
    ),
    .testTarget(name: "BookTests", dependencies: ["TestSupport"], swiftSettings: features),
  ]
)

// The readers as a program of libFuzzer; `Tests/Scripts/fuzz` builds it, with flags that no other target may have.
if Context.environment["MARGINALIA_FUZZING"] != nil {
  package.targets.append(
    .executableTarget(
      name: "marginalia-fuzz",
      dependencies: ["Archives", "Chapters", "Faces", "Markup", "Reports", "Tensors", "Training"],
      path: "Tests/Fuzzing",
      exclude: ["Corpus", "C"],
      swiftSettings: features + [.unsafeFlags(["-parse-as-library"])],
      linkerSettings: [.unsafeFlags(["-use-ld=lld"])]
    )
  )
}
