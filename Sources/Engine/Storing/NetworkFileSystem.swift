internal import CProcess
internal import Foundation

/// File systems that several machines mount.
enum NetworkFileSystem {
  /// The numbers by which `statfs` names them: `linux/magic.h`, and the sources of those that Linux does not contain.
  private static let kinds: Set<UInt32> = [
    0x6969,  // NFS
    0x517B, 0xFF53_4D42, 0xFE53_4D42,  // SMB and CIFS
    0x6573_5546,  // FUSE: sshfs, GlusterFS and others
    0x0BD0_0BD0,  // Lustre
    0x4750_4653,  // GPFS
    0x1983_0326,  // BeeGFS
    0x00C3_6400,  // Ceph
    0x5346_414F,  // AFS
    0x0102_1997,  // 9P
    0x0116_1970,  // GFS2
    0x7461_636F,  // OCFS2
    0xAAD7_AAEA,  // PanFS
  ]

  /// Whether a file or a folder lies on one, or would if it were made; false where the system does not say.
  static func holds(_ path: String) -> Bool {
    var path = path
    while true {
      let kind = marginalia_file_system(path)
      if kind >= 0 { return kinds.contains(UInt32(truncatingIfNeeded: kind)) }
      let parent = PathText.folder(of: path)
      guard kind == -Int64(ENOENT), parent != path, !parent.isEmpty else { return false }
      path = parent
    }
  }
}
