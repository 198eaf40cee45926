internal import Engine
internal import Testing

@Suite("A machine")
struct MachineTests {
  @Test("asks OpenBLAS for the Haswell kernel only where the processor has AVX2 and FMA")
  func kernel() {
    let haswell = Machine(describedBy: "model name\t: A\nflags\t\t: fpu sse2 avx avx2 fma\n")
    #expect(haswell.preferredKernel == "Haswell")
    #expect(haswell.processor == "A")
    let old = Machine(describedBy: "model name\t: B\nflags\t\t: fpu sse2 avx fma\n")
    #expect(old.preferredKernel == nil)
    let arm = Machine(
      describedBy:
        "CPU implementer\t: 0x41\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nFeatures\t: fp asimd avx2 fma\n"
    )
    #expect(arm.preferredKernel == nil)
    #expect(arm.processor == "CPU implementer 0x41, part 0xd0c, variant 0x3")
    #expect(Machine(describedBy: "").preferredKernel == nil)
    #expect(Machine(describedBy: "").processor == nil)
  }

  @Test("is of the same kind as another by processor and kernel, whatever the threads")
  func kinds() {
    let one = "A, OpenBLAS kernel Haswell, threads 2"
    #expect(Machine.areSameKind(one, "A, OpenBLAS kernel Haswell, threads 64"))
    #expect(!Machine.areSameKind(one, "A, OpenBLAS kernel Nehalem, threads 2"))
    #expect(!Machine.areSameKind(one, "B, OpenBLAS kernel Haswell, threads 2"))
    #expect(!Machine.areSameKind("", ""))
    let unknown = "unknown processor, OpenBLAS kernel Haswell, threads 2"
    #expect(!Machine.areSameKind(unknown, unknown))
  }
}
