// Fuzzes the decoder of CPNG; what it decodes must come back from the encoder with the same pixels.
#include "marginalia_png.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  struct PNGPicture picture;
  enum PNGResult result = pngDecode(bytes, count, 1 << 20, &picture);
  if ((result == pngRead) != (picture.pixels != NULL)) abort();
  if (result != pngRead && !picture.message[0]) abort();  // a failure has a reason
  // Every byte that is promised is there.
  unsigned sum = 0;
  for (size_t i = 0; i < picture.exifCount; i++) sum += picture.exif[i];
  if (picture.pixels) {
    if (picture.width < 1 || picture.height < 1 || (int64_t)picture.width * picture.height > 1 << 20) abort();
    uint8_t *again = NULL;
    size_t length = 0;
    char message[pngMessageLength] = "";
    pngEncode(picture.pixels, picture.width, picture.height, &again, &length, message);
    if (!again) abort();
    struct PNGPicture copy;
    if (pngDecode(again, length, 1 << 20, &copy) != pngRead) abort();
    if (copy.width != picture.width || copy.height != picture.height) abort();
    if (memcmp(copy.pixels, picture.pixels, (size_t)copy.width * copy.height * 3) != 0) abort();
    free(copy.pixels);
    free(copy.exif);
    free(again);
  }
  free(picture.exif);
  free(picture.pixels);
  return (int)(sum & 0);
}
