/// Pickles that Python wrote of four pictures and two labels, in base64.
enum PythonPickles {
  /// The pictures' bytes, in the order of each pickle.
  static let pictures: [[UInt8]] = [
    [65, 10, 92, 0, 255, 49], [66, 13, 26, 50], [67, 39, 34, 51], [68, 52],
  ]

  /// `pickle.dumps((pictures, [True, False]), protocol)` by Python 3.11 and NumPy 2.4.
  static let all: [String] = [
    // Bytes, version 0.
    """
    KChscDAKY19jb2RlY3MKZW5jb2RlCnAxCihWQVx1MDAwYVx1MDA1Y1x1MDAwMP8xCnAyClZsYXRpbjEKcDMKdHA0ClJwNQphZzEKKFZC
    XHUwMDBkXHUwMDFhMgpwNgpnMwp0cDcKUnA4CmFnMQooVkMnIjMKcDkKZzMKdHAxMApScDExCmFnMQooVkQ0CnAxMgpnMwp0cDEzClJw
    MTQKYShscDE1CkkwMQphSTAwCmF0cDE2Ci4=
    """,
    // Byte arrays, version 0.
    """
    KChscDAKY19fYnVpbHRpbl9fCmJ5dGVhcnJheQpwMQooY19jb2RlY3MKZW5jb2RlCnAyCihWQVx1MDAwYVx1MDA1Y1x1MDAwMP8xCnAz
    ClZsYXRpbjEKcDQKdHA1ClJwNgp0cDcKUnA4CmFnMQooZzIKKFZCXHUwMDBkXHUwMDFhMgpwOQpnNAp0cDEwClJwMTEKdHAxMgpScDEz
    CmFnMQooZzIKKFZDJyIzCnAxNApnNAp0cDE1ClJwMTYKdHAxNwpScDE4CmFnMQooZzIKKFZENApwMTkKZzQKdHAyMApScDIxCnRwMjIK
    UnAyMwphKGxwMjQKSTAxCmFJMDAKYXRwMjUKLg==
    """,
    // Byte arrays, version 2.
    """
    gAJdcQAoY19fYnVpbHRpbl9fCmJ5dGVhcnJheQpxAWNfY29kZWNzCmVuY29kZQpxAlgHAAAAQQpcAMO/MXEDWAYAAABsYXRpbjFxBIZx
    BVJxBoVxB1JxCGgBaAJYBAAAAEINGjJxCWgEhnEKUnELhXEMUnENaAFoAlgEAAAAQyciM3EOaASGcQ9ScRCFcRFScRJoAWgCWAIAAABE
    NHETaASGcRRScRWFcRZScRdlXXEYKIiJZYZxGS4=
    """,
    // Byte arrays, version 4.
    """
    gASVWAAAAAAAAABdlCiMCGJ1aWx0aW5zlIwJYnl0ZWFycmF5lJOUQwZBClwA/zGUhZRSlGgDQwRCDRoylIWUUpRoA0MEQyciM5SFlFKU
    aANDAkQ0lIWUUpRlXZQoiIllhpQu
    """,
    // NumPy arrays, version 2.
    """
    gAJdcQAoY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKX3JlY29uc3RydWN0CnEBY251bXB5Cm5kYXJyYXkKcQJLAIVxA2NfY29kZWNzCmVu
    Y29kZQpxBFgBAAAAYnEFWAYAAABsYXRpbjFxBoZxB1JxCIdxCVJxCihLAUsGhXELY251bXB5CmR0eXBlCnEMWAIAAAB1MXENiYiHcQ5S
    cQ8oSwNYAQAAAHxxEE5OTkr/////Sv////9LAHRxEWKJaARYBwAAAEEKXADDvzFxEmgGhnETUnEUdHEVYmgBaAJLAIVxFmgIh3EXUnEY
    KEsBSwSFcRloD4loBFgEAAAAQg0aMnEaaAaGcRtScRx0cR1iaAFoAksAhXEeaAiHcR9ScSAoSwFLBIVxIWgPiWgEWAQAAABDJyIzcSJo
    BoZxI1JxJHRxJWJoAWgCSwCFcSZoCIdxJ1JxKChLAUsChXEpaA+JaARYAgAAAEQ0cSpoBoZxK1JxLHRxLWJlXXEuKIiJZYZxLy4=
    """,
    // NumPy arrays, version 5.
    """
    gAWVvwAAAAAAAABdlCiME251bXB5Ll9jb3JlLm51bWVyaWOUjAtfZnJvbWJ1ZmZlcpSTlChDBkEKXAD/MZSMBW51bXB5lIwFZHR5cGWU
    k5SMAnUxlImIh5RSlChLA4wBfJROTk5K/////0r/////SwB0lGJLBoWUjAFDlHSUUpRoAyhDBEINGjKUaApLBIWUaA50lFKUaAMoQwRD
    JyIzlGgKSwSFlGgOdJRSlGgDKEMCRDSUaApLAoWUaA50lFKUZV2UKIiJZYaULg==
    """,
    // Labels in a NumPy array, version 4.
    """
    gASVrQAAAAAAAABdlChDBkEKXAD/MZRDBEINGjKUQwRDJyIzlEMCRDSUZYwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0
    cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwKFlGgIjAVkdHlwZZSTlIwCYjGUiYiHlFKUKEsDjAF8lE5O
    Tkr/////Sv////9LAHSUYolDAgEAlHSUYoaULg==
    """,
    // Labels in a NumPy array, version 5.
    """
    gAWVmAAAAAAAAABdlChDBkEKXAD/MZRDBEINGjKUQwRDJyIzlEMCRDSUZYwTbnVtcHkuX2NvcmUubnVtZXJpY5SMC19mcm9tYnVmZmVy
    lJOUKJYCAAAAAAAAAAEAlIwFbnVtcHmUjAVkdHlwZZSTlIwCYjGUiYiHlFKUKEsDjAF8lE5OTkr/////Sv////9LAHSUYksChZSMAUOU
    dJRSlIaULg==
    """,
    // NumPy booleans, version 2.
    """
    gAJdcQAoY19jb2RlY3MKZW5jb2RlCnEBWAcAAABBClwAw78xcQJYBgAAAGxhdGluMXEDhnEEUnEFaAFYBAAAAEINGjJxBmgDhnEHUnEI
    aAFYBAAAAEMnIjNxCWgDhnEKUnELaAFYAgAAAEQ0cQxoA4ZxDVJxDmVdcQ8oY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKc2NhbGFyCnEQ
    Y251bXB5CmR0eXBlCnERWAIAAABiMXESiYiHcRNScRQoSwNYAQAAAHxxFU5OTkr/////Sv////9LAHRxFmJoAVgBAAAAAXEXaAOGcRhS
    cRmGcRpScRtoEGgUaAFYAQAAAABxHGgDhnEdUnEehnEfUnEgZYZxIS4=
    """,
    // Strings as Python 2 wrote them, version 0.
    """
    KChscDAKUydBXG5cXFx4MDBceGZmMScKcDEKYVMnQlxyXHgxYTInCnAyCmFTJ0NcJyIzJwpwMwphUyJENCIKcDQKYShscDUKSTAxCmFJ
    MDAKYXRwNgou
    """,
  ].map { $0.filter { !$0.isWhitespace } }

  /// As ``all``, with labels in NumPy arrays of numbers.
  static let numbers: [String] = [
    // 64-bit integers, version 2.
    """
    gAJdcQAoY19jb2RlY3MKZW5jb2RlCnEBWAcAAABBClwAw78xcQJYBgAAAGxhdGluMXEDhnEEUnEFaAFYBAAAAEINGjJxBmgDhnEHUnEI
    aAFYBAAAAEMnIjNxCWgDhnEKUnELaAFYAgAAAEQ0cQxoA4ZxDVJxDmVjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QK
    cQ9jbnVtcHkKbmRhcnJheQpxEEsAhXERaAFYAQAAAGJxEmgDhnETUnEUh3EVUnEWKEsBSwKFcRdjbnVtcHkKZHR5cGUKcRhYAgAAAGk4
    cRmJiIdxGlJxGyhLA1gBAAAAPHEcTk5OSv////9K/////0sAdHEdYoloAVgQAAAAAQAAAAAAAAAAAAAAAAAAAHEeaAOGcR9ScSB0cSFi
    hnEiLg==
    """,
    // The same, version 4.
    """
    gASVuwAAAAAAAABdlChDBkEKXAD/MZRDBEINGjKUQwRDJyIzlEMCRDSUZYwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0
    cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwKFlGgIjAVkdHlwZZSTlIwCaTiUiYiHlFKUKEsDjAE8lE5O
    Tkr/////Sv////9LAHSUYolDEAEAAAAAAAAAAAAAAAAAAACUdJRihpQu
    """,
    // The same, version 5.
    """
    gAWVpgAAAAAAAABdlChDBkEKXAD/MZRDBEINGjKUQwRDJyIzlEMCRDSUZYwTbnVtcHkuX2NvcmUubnVtZXJpY5SMC19mcm9tYnVmZmVy
    lJOUKJYQAAAAAAAAAAEAAAAAAAAAAAAAAAAAAACUjAVudW1weZSMBWR0eXBllJOUjAJpOJSJiIeUUpQoSwOMATyUTk5OSv////9K////
    /0sAdJRiSwKFlIwBQ5R0lFKUhpQu
    """,
    // 32-bit integers, big-endian, version 4.
    """
    gASVswAAAAAAAABdlChDBkEKXAD/MZRDBEINGjKUQwRDJyIzlEMCRDSUZYwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0
    cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwKFlGgIjAVkdHlwZZSTlIwCaTSUiYiHlFKUKEsDjAE+lE5O
    Tkr/////Sv////9LAHSUYolDCAAAAAEAAAAAlHSUYoaULg==
    """,
    // 32-bit floating-point numbers, version 2.
    """
    gAJdcQAoY19jb2RlY3MKZW5jb2RlCnEBWAcAAABBClwAw78xcQJYBgAAAGxhdGluMXEDhnEEUnEFaAFYBAAAAEINGjJxBmgDhnEHUnEI
    aAFYBAAAAEMnIjNxCWgDhnEKUnELaAFYAgAAAEQ0cQxoA4ZxDVJxDmVjbnVtcHkuX2NvcmUubXVsdGlhcnJheQpfcmVjb25zdHJ1Y3QK
    cQ9jbnVtcHkKbmRhcnJheQpxEEsAhXERaAFYAQAAAGJxEmgDhnETUnEUh3EVUnEWKEsBSwKFcRdjbnVtcHkKZHR5cGUKcRhYAgAAAGY0
    cRmJiIdxGlJxGyhLA1gBAAAAPHEcTk5OSv////9K/////0sAdHEdYoloAVgJAAAAAADCgD8AAAAAcR5oA4ZxH1JxIHRxIWKGcSIu
    """,
    // 64-bit floating-point numbers, version 5.
    """
    gAWVpgAAAAAAAABdlChDBkEKXAD/MZRDBEINGjKUQwRDJyIzlEMCRDSUZYwTbnVtcHkuX2NvcmUubnVtZXJpY5SMC19mcm9tYnVmZmVy
    lJOUKJYQAAAAAAAAAAAAAAAAAPA/AAAAAAAAAACUjAVudW1weZSMBWR0eXBllJOUjAJmOJSJiIeUUpQoSwOMATyUTk5OSv////9K////
    /0sAdJRiSwKFlIwBQ5R0lFKUhpQu
    """,
    // Bytes, version 4.
    """
    gASVrQAAAAAAAABdlChDBkEKXAD/MZRDBEINGjKUQwRDJyIzlEMCRDSUZYwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0
    cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwKFlGgIjAVkdHlwZZSTlIwCdTGUiYiHlFKUKEsDjAF8lE5O
    Tkr/////Sv////9LAHSUYolDAgEAlHSUYoaULg==
    """,
    // A list of 64-bit integers of NumPy, version 4.
    """
    gASVowAAAAAAAABdlChDBkEKXAD/MZRDBEINGjKUQwRDJyIzlEMCRDSUZV2UKIwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMBnNjYWxh
    cpSTlIwFbnVtcHmUjAVkdHlwZZSTlIwCaTiUiYiHlFKUKEsDjAE8lE5OTkr/////Sv////9LAHSUYkMIAQAAAAAAAACUhpRSlGgIaA5D
    CAAAAAAAAAAAlIaUUpRlhpQu
    """,
  ].map { $0.filter { !$0.isWhitespace } }

  /// The labels 256 and 0, whose lowest bytes are 0.
  static let notTruths = """
    gASVuwAAAAAAAABdlChDBkEKXAD/MZRDBEINGjKUQwRDJyIzlEMCRDSUZYwWbnVtcHkuX2NvcmUubXVsdGlhcnJheZSMDF9yZWNvbnN0
    cnVjdJSTlIwFbnVtcHmUjAduZGFycmF5lJOUSwCFlEMBYpSHlFKUKEsBSwKFlGgIjAVkdHlwZZSTlIwCaTiUiYiHlFKUKEsDjAE8lE5O
    Tkr/////Sv////9LAHSUYolDEAABAAAAAAAAAAAAAAAAAACUdJRihpQu
    """.filter { !$0.isWhitespace }
}
