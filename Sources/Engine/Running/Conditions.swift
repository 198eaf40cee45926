package import Findings

/// The conditions of a run: everything outside the chapters that their findings depend on.
package struct Conditions: Hashable, Sendable {
  package var profile: String
  package var seed: UInt64
  /// The longest that a cell may run, in seconds, where it has no `timeout=`.
  package var timeout: Double
  /// Threads that the laboratory may use; the number changes no bit of a result.
  package var threadCount: Int
  /// Data roots by name: absolute folders.
  package var dataRoots: [String: String]
  /// Every data root that the book declares, given or not.
  package var dataRootNames: [String]
  /// The values of the environment variables that the book declares; `nil` where one is not set.
  package var variables: [String: String?]
  /// The values of the parameters that the book declares, by name.
  package var parameters: [String: ParameterValue]
  /// The OpenBLAS kernel that is asked for; `nil` leaves the choice to OpenBLAS.
  package var requestedKernel: String?
  /// The OpenBLAS kernel that cells use.
  package var kernel: String
  /// The value of `OPENBLAS_L2_SIZE`, which is passed on to cells; `nil` where it is not set.
  package var cacheSize: String?
  /// Bytes of address space that a chapter may use; 0 for no limit.
  package var memoryLimit: UInt64

  package init(
    profile: String,
    seed: UInt64,
    timeout: Double = 600,
    threadCount: Int = 1,
    dataRoots: [String: String] = [:],
    dataRootNames: [String] = [],
    variables: [String: String?] = [:],
    parameters: [String: ParameterValue] = [:],
    requestedKernel: String? = Machine.current.preferredKernel,
    kernel: String = "",
    cacheSize: String? = nil,
    memoryLimit: UInt64 = 0
  ) {
    self.profile = profile
    self.seed = seed
    self.timeout = timeout
    self.threadCount = threadCount
    self.dataRoots = dataRoots
    self.dataRootNames = dataRootNames
    self.variables = variables
    self.parameters = parameters
    self.requestedKernel = requestedKernel
    self.kernel = kernel
    self.cacheSize = cacheSize
    self.memoryLimit = memoryLimit
  }
}
