// libjpeg reports errors by a function that must not return; Swift cannot jump over its own frames, so the
// jump stays in this file. Swift sees whole pictures and messages.
#ifndef MARGINALIA_JPEG_H
#define MARGINALIA_JPEG_H

#include <stddef.h>
#include <stdint.h>

enum { jpegMessageLength = 200 };

// Decodes a picture to 8-bit red, green, blue. `*pixels` is allocated by malloc and the caller's to free; NULL
// on failure, with the reason in `message`. A warning of the decoder (a file that ends early, a damaged
// segment) is a failure.
void jpegDecode(const uint8_t *bytes, size_t count, int64_t pixelLimit, int *width, int *height,
                uint8_t **pixels, char *message);

// Encodes a picture without thinning its colours. `*bytes` is the caller's to free; NULL on failure.
void jpegEncode(const uint8_t *pixels, int width, int height, int quality, uint8_t **bytes, size_t *count,
                char *message);

#endif
