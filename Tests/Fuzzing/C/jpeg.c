// Fuzzes the decoder of CJPEG, and encodes again what it decodes.
#include "jpeg.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count) {
  int width = 0, height = 0;
  uint8_t *pixels = NULL, *again = NULL;
  size_t length = 0;
  char message[jpegMessageLength] = "";
  jpegDecode(bytes, count, 1 << 20, &width, &height, &pixels, message);
  if (!pixels) return message[0] ? 0 : (abort(), 0);  // a failure has a reason
  if (width < 1 || height < 1 || (int64_t)width * height > 1 << 20) abort();
  jpegEncode(pixels, width, height, 90, &again, &length, message);
  if (!again || length == 0) abort();
  free(again);
  free(pixels);
  return 0;
}
