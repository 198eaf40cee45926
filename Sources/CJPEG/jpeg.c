#include "include/jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

struct Manager {
  struct jpeg_error_mgr base;
  jmp_buf jump;
  char *message;
  int warningCount;
  int damaged;
  int failureCode;
};

// Warnings about side information: the pixels are those of the whole file all the same.
static int isHarmless(int code) {
  switch (code) {
  case JWRN_ADOBE_XFORM:       // An unknown code for the colour transform.
  case JWRN_BOGUS_ICC:         // A broken colour profile.
  case JWRN_BOGUS_PROGRESSION: // Scans in an odd order.
  case JWRN_EXTRANEOUS_DATA:   // Bytes between two segments.
  case JWRN_JFIF_MAJOR:        // An unknown version of JFIF.
  case JWRN_NOT_SEQUENTIAL:    // Odd parameters of a scan, which some Samsung cameras write.
    return 1;
  default: return 0;
  }
}

static void fail(j_common_ptr info) {
  struct Manager *manager = (struct Manager *)info->err;
  manager->failureCode = info->err->msg_code;
  // A warning of damage says more than the error that follows from it.
  if (!manager->damaged) manager->base.format_message(info, manager->message);
  longjmp(manager->jump, 1);
}

static void warn(j_common_ptr info, int level) {
  struct Manager *manager = (struct Manager *)info->err;
  if (level >= 0 || manager->damaged) return;
  int harmless = isHarmless(info->err->msg_code);
  if (!harmless || manager->warningCount == 0) manager->base.format_message(info, manager->message);
  if (harmless) {
    manager->warningCount += 1;
  } else {
    manager->damaged = 1;
  }
}

static void ignore(j_common_ptr info) { (void)info; }

static struct jpeg_error_mgr *prepare(struct Manager *manager, char *message) {
  struct jpeg_error_mgr *base = jpeg_std_error(&manager->base);
  base->error_exit = fail;
  base->emit_message = warn;
  base->output_message = ignore;
  manager->message = message;
  manager->warningCount = 0;
  manager->damaged = 0;
  manager->failureCode = 0;
  message[0] = 0;
  return base;
}

// Errors that say that the file is of a kind that is not decoded, not that it is broken.
static int isUnsupported(int code) {
  switch (code) {
  case JERR_ARITH_NOTIMPL:
  case JERR_BAD_PRECISION:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_SOF_UNSUPPORTED: return 1;
  default: return 0;
  }
}

// Puts red, green and blue in place of inverted cyan, magenta, yellow and black.
static void convertRow(const uint8_t *inks, uint8_t *row, size_t width) {
  for (size_t column = 0; column < width; column++) {
    unsigned black = inks[4 * column + 3];
    for (int channel = 0; channel < 3; channel++) {
      // 255 - C*(255 - K)/255 with C = 255 - ink, rounded: Pillow's order of steps.
      unsigned product = (255u - inks[4 * column + channel]) * black + 128;
      int value = (int)black - (int)(((product >> 8) + product) >> 8);
      row[3 * column + channel] = (uint8_t)(value < 0 ? 0 : value);
    }
  }
}

static void copyExif(struct jpeg_decompress_struct *info, struct JPEGPicture *picture) {
  for (jpeg_saved_marker_ptr marker = info->marker_list; marker != NULL; marker = marker->next) {
    if (marker->marker != JPEG_APP0 + 1 || marker->data_length <= 6 || memcmp(marker->data, "Exif\0\0", 6)) continue;
    picture->exifCount = marker->data_length - 6;
    picture->exif = malloc(picture->exifCount);
    if (picture->exif == NULL) return;
    memcpy(picture->exif, marker->data + 6, picture->exifCount);
    return;
  }
}

enum JPEGResult jpegDecode(const uint8_t *bytes, size_t count, int64_t pixelLimit, struct JPEGPicture *picture) {
  struct jpeg_decompress_struct info;
  struct Manager manager;
  uint8_t *volatile buffer = NULL;
  uint8_t *volatile inks = NULL;
  memset(picture, 0, sizeof *picture);
  info.err = prepare(&manager, picture->message);
  if (setjmp(manager.jump)) {
    jpeg_destroy_decompress(&info);
    free(buffer);
    free(inks);
    return isUnsupported(manager.failureCode) ? jpegUnsupported : jpegDamaged;
  }
  jpeg_create_decompress(&info);
  jpeg_save_markers(&info, JPEG_APP0 + 1, 0xFFFF);
  jpeg_mem_src(&info, bytes, count);
  jpeg_read_header(&info, TRUE);
  int hasInks = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  info.out_color_space = hasInks ? JCS_CMYK : JCS_RGB;
  if ((int64_t)info.image_width * info.image_height > pixelLimit) {
    snprintf(picture->message, jpegMessageLength, "it has %u x %u pixels, more than the limit", info.image_width,
             info.image_height);
    jpeg_destroy_decompress(&info);
    return jpegWithoutMemory;
  }
  jpeg_start_decompress(&info);
  size_t stride = (size_t)info.output_width * 3;
  buffer = malloc(stride * info.output_height);
  inks = hasInks ? malloc((size_t)info.output_width * 4) : NULL;
  if (buffer == NULL || (hasInks && inks == NULL)) {
    snprintf(picture->message, jpegMessageLength, "there is no memory for %u x %u pixels", info.output_width,
             info.output_height);
    jpeg_destroy_decompress(&info);
    free(buffer);
    free(inks);
    return jpegWithoutMemory;
  }
  while (info.output_scanline < info.output_height) {
    uint8_t *target = buffer + stride * info.output_scanline;
    JSAMPROW row = hasInks ? inks : target;
    jpeg_read_scanlines(&info, &row, 1);
    if (hasInks) convertRow(inks, target, info.output_width);
  }
  picture->width = (int)info.output_width;
  picture->height = (int)info.output_height;
  // Finishing frees the markers.
  copyExif(&info, picture);
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  free(inks);
  picture->warningCount = manager.warningCount;
  if (manager.damaged) {
    free(buffer);
    return jpegDamaged;
  }
  picture->pixels = buffer;
  return jpegRead;
}

void jpegEncode(const uint8_t *pixels, int width, int height, int quality, uint8_t **bytes, size_t *count,
                char *message) {
  struct jpeg_compress_struct info;
  struct Manager manager;
  // Not on the stack: libjpeg writes them after setjmp.
  unsigned char **output = calloc(1, sizeof *output);
  unsigned long *length = calloc(1, sizeof *length);
  *bytes = NULL;
  *count = 0;
  if (output == NULL || length == NULL) goto end;
  info.err = prepare(&manager, message);
  if (setjmp(manager.jump)) {
    jpeg_destroy_compress(&info);
    free(*output);
    goto end;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, output, length);
  info.image_width = (JDIMENSION)width;
  info.image_height = (JDIMENSION)height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  info.comp_info[0].h_samp_factor = 1;
  info.comp_info[0].v_samp_factor = 1;
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < info.image_height) {
    JSAMPROW row = (JSAMPROW)(pixels + (size_t)width * 3 * info.next_scanline);
    jpeg_write_scanlines(&info, &row, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  *bytes = *output;
  *count = *length;
end:
  free(output);
  free(length);
}
