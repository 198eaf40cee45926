// Fuzzes the decoder of CJPEG, and encodes again what it decodes.
#include "jpeg.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  struct JPEGPicture picture;
  enum JPEGResult result = jpegDecode(bytes, count, 1 << 20, &picture);
  if ((result == jpegRead) != (picture.pixels != NULL)) abort();
  if (result != jpegRead && !picture.message[0]) abort();  // a failure has a reason
  // Every byte that is promised is there.
  unsigned sum = 0;
  for (size_t i = 0; i < picture.exifCount; i++) sum += picture.exif[i];
  if (picture.pixels) {
    if (picture.width < 1 || picture.height < 1 || (int64_t)picture.width * picture.height > 1 << 20) abort();
    uint8_t *again = NULL;
    size_t length = 0;
    char message[jpegMessageLength] = "";
    jpegEncode(picture.pixels, picture.width, picture.height, 90, &again, &length, message);
    if (!again || length == 0) abort();
    free(again);
  }
  free(picture.exif);
  free(picture.pixels);
  return (int)(sum & 0);
}
