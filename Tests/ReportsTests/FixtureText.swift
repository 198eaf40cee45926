extension Fixture {
  static let kinds = #"""
    # Every kind of finding

    A sentence may hold a number that was measured, such as [99 %](finding:accuracy.lfw) of pairs, and it leads to where
    it came from. The paper of [](cite:wen-2016) puts a centre $`c_j`$ at the heart of each class; see
    [](equation:softmax), [](table:schemes.table) and [](figure:schemes.curve). The [next chapter](chapter:troubles) shows
    what happens when a cell fails; [so does this link](02-troubles.md#a-trap).

    ```math label=softmax
    L_S = -\log p_y
    ```

    ## Numbers

    ```swift id=accuracy
    import Foundation

    /// Scores ten folds. /* a comment */
    let folds = try pairs.folds(10)  // "ten"
    let text = "accuracy: \(folds.map { $0.accuracy }.mean(at: "all")) of \(10_000.5e-3)"
    @MainActor func report() async throws -> String { #"raw \(no)"# }
    record("lfw", folds.accuracy, unit: .fraction)
    ```

    > A quotation, and a list:
    >
    > 1. one
    > 2. two with `code`

    ## Tables and charts

    ```swift id=schemes echo=fold
    record("table", table, caption: "Accuracy of three schemes.")
    record("curve", curve, caption: "The loss of two schemes over the steps.")
    ```

    ```text
    a listing that is no cell
    ```

    ![A grey dot](<figures/a dot.png>) is a picture of the book; ![a dot elsewhere](https://example.org/dot.png) is a link.

    ### Pictures of features

    Text between figures, long enough to fill more than one line of the column, so that the measure can be judged by eye:
    between sixty and seventy-five characters are easiest to read.

    ```swift id=features echo=hide
    record("scatter", scatter, caption: "Features in the plane.")
    ```

    ## Claims

    ```swift id=claims echo=hide
    record("ordering", claim)
    ```

    ## Claims

    A heading of the same name has its own address. $`\unknown{x}`$ is shown as TeX.

    ```math
    \sum_{i} \text{no MathML here}
    ```

    ```swift id=long-table echo=fold
    record("rows", rows, caption: "A thousand rows.")
    ```
    """#

  static let troubles = #"""
    # Troubles

    ## A trap

    ```swift id=broken echo=hide
    let values = [1, 2, 3]
    print(values[7])
    ```

    ## What comes after

    ```swift id=after
    print("never")
    ```

    The number [12 %](finding:broken.rate) was not measured, and [this figure](figure:after.curve) was not drawn.
    <b>Raw HTML</b> is not shown, and neither is ![a picture that is not there](figures/none.png).

    ```swift id=forgotten
    print("no record at all")
    ```
    """#
}
