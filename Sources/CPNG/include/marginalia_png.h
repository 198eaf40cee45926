// libpng reports errors by a function that must not return; Swift cannot jump over its own frames, so the jump stays
// in this module. Swift sees whole pictures and messages.
#ifndef MARGINALIA_PNG_H
#define MARGINALIA_PNG_H

#include <stddef.h>
#include <stdint.h>

enum { pngMessageLength = 200 };

// What pngDecode returns.
enum PNGResult {
  pngRead,         // The pixels are whole.
  pngDamaged,      // The file ends early, or its image data are broken.
  pngWithoutMemory // There is no memory for the pixels, or there are more of them than the limit.
};

struct PNGPicture {
  int width;
  int height;
  // Red, green and blue, [height, width, 3]; allocated by malloc, the caller's to free. NULL on failure.
  uint8_t *pixels;
  // The eXIf chunk, allocated by malloc, the caller's to free; NULL where there is none.
  uint8_t *exif;
  size_t exifCount;
  // How many warnings libpng gave about side information; the pixels are whole all the same.
  int warningCount;
  // The error, or else the first warning; empty where there is neither.
  char message[pngMessageLength];
};

// Decodes a PNG picture to 8 bits a channel. Samples of 16 bits give their high byte, fewer bits are scaled to 255, grey
// becomes three equal channels, palette indices their colours. The alpha channel is dropped, and no gamma or colour
// profile is applied.
enum PNGResult pngDecode(const uint8_t *bytes, size_t count, int64_t pixelLimit, struct PNGPicture *picture);

// Encodes 8-bit red, green and blue, [height, width, 3], without loss. `*bytes` is allocated by malloc and the caller's
// to free; NULL on failure, with the reason in `message` (pngMessageLength bytes).
void pngEncode(const uint8_t *pixels, int width, int height, uint8_t **bytes, size_t *count, char *message);

#endif
