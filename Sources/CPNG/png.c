#include "include/marginalia_png.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

struct Source {
  const uint8_t *bytes;
  size_t count;
  size_t place;
};

struct Decoder {
  struct PNGPicture *picture;
  struct Source source;
  png_bytep *rows;
  int damaged;
};

static void copyMessage(char *target, const char *message) {
  snprintf(target, pngMessageLength, "%s", message);
}

static void fail(png_structp png, png_const_charp message) {
  struct Decoder *decoder = png_get_error_ptr(png);
  copyMessage(decoder->picture->message, message);
  png_longjmp(png, 1);
}

static void warn(png_structp png, png_const_charp message) {
  struct Decoder *decoder = png_get_error_ptr(png);
  // The checksum of the decompressed image data is wrong, though the chunks' checksums are right.
  if (strstr(message, "incorrect data check") != NULL) decoder->damaged = 1;
  if (decoder->picture->warningCount == 0 || decoder->damaged) {
    copyMessage(decoder->picture->message, message);
  }
  decoder->picture->warningCount += 1;
}

static void readBytes(png_structp png, png_bytep target, size_t count) {
  struct Source *source = png_get_io_ptr(png);
  if (count > source->count - source->place) png_error(png, "it ends early");
  memcpy(target, source->bytes + source->place, count);
  source->place += count;
}

static void dropPixels(struct Decoder *decoder) {
  free(decoder->picture->pixels);
  decoder->picture->pixels = NULL;
}

static void copyExif(png_structp png, png_infop info, struct PNGPicture *picture) {
  png_uint_32 count = 0;
  png_bytep bytes = NULL;
  if (picture->exif != NULL || png_get_eXIf_1(png, info, &count, &bytes) == 0 || count == 0) return;
  picture->exif = malloc(count);
  if (picture->exif == NULL) return;
  memcpy(picture->exif, bytes, count);
  picture->exifCount = count;
}

enum PNGResult pngDecode(const uint8_t *bytes, size_t count, int64_t pixelLimit, struct PNGPicture *picture) {
  memset(picture, 0, sizeof *picture);
  struct Decoder decoder = {picture, {bytes, count, 0}, NULL, 0};
  png_infop info = NULL;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoder, fail, warn);
  if (png != NULL) info = png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_read_struct(&png, NULL, NULL);
    copyMessage(picture->message, "there is no memory for a decoder");
    return pngWithoutMemory;
  }
  if (setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    free(decoder.rows);
    dropPixels(&decoder);
    return pngDamaged;
  }
  png_set_read_fn(png, &decoder.source, readBytes);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_read_info(png, info);
  png_uint_32 width = png_get_image_width(png, info);
  png_uint_32 height = png_get_image_height(png, info);
  if ((int64_t)width * height <= pixelLimit) {
    picture->pixels = malloc((size_t)width * height * 3);
    decoder.rows = malloc(height * sizeof *decoder.rows);
  }
  if (picture->pixels == NULL || decoder.rows == NULL) {
    png_destroy_read_struct(&png, &info, NULL);
    free(decoder.rows);
    dropPixels(&decoder);
    snprintf(picture->message, pngMessageLength, "it has %u x %u pixels, more than the limit", width, height);
    return pngWithoutMemory;
  }
  png_set_expand(png);
  png_set_strip_16(png);
  png_set_strip_alpha(png);
  png_set_gray_to_rgb(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, info);
  for (png_uint_32 row = 0; row < height; row++) decoder.rows[row] = picture->pixels + (size_t)row * width * 3;
  png_read_image(png, decoder.rows);
  png_read_end(png, info);
  copyExif(png, info, picture);
  picture->width = (int)width;
  picture->height = (int)height;
  png_destroy_read_struct(&png, &info, NULL);
  free(decoder.rows);
  if (!decoder.damaged) return pngRead;
  dropPixels(&decoder);
  return pngDamaged;
}

void pngEncode(const uint8_t *pixels, int width, int height, uint8_t **bytes, size_t *count, char *message) {
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = (png_uint_32)width;
  image.height = (png_uint_32)height;
  image.format = PNG_FORMAT_RGB;
  *bytes = NULL;
  *count = 0;
  // Random pixels do not shrink: filters, blocks and chunks add less than this.
  png_alloc_size_t room = (png_alloc_size_t)width * height * 6 + 4096;
  uint8_t *buffer = malloc(room);
  if (buffer == NULL) {
    copyMessage(message, "there is no memory");
    return;
  }
  if (png_image_write_to_memory(&image, buffer, &room, 0, pixels, 0, NULL)) {
    *bytes = buffer;
    *count = room;
  } else {
    copyMessage(message, image.message);
    free(buffer);
  }
  png_image_free(&image);
}
