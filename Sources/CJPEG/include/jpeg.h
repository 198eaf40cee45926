// libjpeg reports errors by a function that must not return; Swift cannot jump over its own frames, so the jump stays
// in this module. Swift sees whole pictures and messages.
#ifndef MARGINALIA_JPEG_H
#define MARGINALIA_JPEG_H

#include <stddef.h>
#include <stdint.h>

enum { jpegMessageLength = 200 };

// What jpegDecode returns.
enum JPEGResult {
  jpegRead,         // The pixels are whole.
  jpegDamaged,      // The file ends early, or its image data are broken.
  jpegUnsupported,  // A kind of JPEG that this build of libjpeg does not decode.
  jpegWithoutMemory // There is no memory for the pixels, or there are more of them than the limit.
};

struct JPEGPicture {
  int width;
  int height;
  // Red, green and blue, [height, width, 3]; allocated by malloc, the caller's to free. NULL on failure.
  uint8_t *pixels;
  // The Exif segment after its "Exif\0\0", allocated by malloc, the caller's to free, also on failure; NULL where there
  // is none.
  uint8_t *exif;
  size_t exifCount;
  // How many warnings libjpeg gave that do not touch pixels.
  int warningCount;
  // The error or the warning that means damage, or else the first harmless warning; empty where there is none.
  char message[jpegMessageLength];
};

// Decodes a picture to 8-bit red, green and blue. Grey becomes three equal channels; CMYK and YCCK, whose values are
// taken as inverted as Adobe's programs write them, become (255 - C)(255 - K)/255 and so on.
enum JPEGResult jpegDecode(const uint8_t *bytes, size_t count, int64_t pixelLimit, struct JPEGPicture *picture);

// Encodes a picture at 4:4:4, without chroma subsampling. `*bytes` is allocated by malloc and the caller's to free; NULL
// on failure, with the reason in `message` (jpegMessageLength bytes).
void jpegEncode(const uint8_t *pixels, int width, int height, int quality, uint8_t **bytes, size_t *count,
                char *message);

#endif
