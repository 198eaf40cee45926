#include "include/jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

struct Manager {
  struct jpeg_error_mgr base;
  jmp_buf jump;
  char *message;
  int warned;
};

static void fail(j_common_ptr info) {
  struct Manager *manager = (struct Manager *)info->err;
  // The first warning says more than the error that follows from it.
  if (!manager->warned) manager->base.format_message(info, manager->message);
  longjmp(manager->jump, 1);
}

static void warn(j_common_ptr info, int level) {
  struct Manager *manager = (struct Manager *)info->err;
  if (level >= 0 || manager->warned) return;
  manager->warned = 1;
  manager->base.format_message(info, manager->message);
}

static void ignore(j_common_ptr info) { (void)info; }

static struct jpeg_error_mgr *prepare(struct Manager *manager, char *message) {
  struct jpeg_error_mgr *base = jpeg_std_error(&manager->base);
  base->error_exit = fail;
  base->emit_message = warn;
  base->output_message = ignore;
  manager->message = message;
  manager->warned = 0;
  message[0] = 0;
  return base;
}

void jpegDecode(const uint8_t *bytes, size_t count, int64_t pixelLimit, int *width, int *height,
                uint8_t **pixels, char *message) {
  struct jpeg_decompress_struct info;
  struct Manager manager;
  uint8_t *volatile buffer = NULL;
  *pixels = NULL;
  info.err = prepare(&manager, message);
  if (setjmp(manager.jump)) {
    jpeg_destroy_decompress(&info);
    free(buffer);
    return;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes, count);
  jpeg_read_header(&info, TRUE);
  info.out_color_space = JCS_RGB;
  if ((int64_t)info.image_width * info.image_height > pixelLimit) {
    snprintf(message, jpegMessageLength, "it has %u x %u pixels, more than the limit", info.image_width,
             info.image_height);
    jpeg_destroy_decompress(&info);
    return;
  }
  jpeg_start_decompress(&info);
  size_t stride = (size_t)info.output_width * 3;
  buffer = malloc(stride * info.output_height);
  if (buffer == NULL) {
    snprintf(message, jpegMessageLength, "there is no memory for %u x %u pixels", info.output_width,
             info.output_height);
    jpeg_destroy_decompress(&info);
    return;
  }
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = buffer + stride * info.output_scanline;
    jpeg_read_scanlines(&info, &row, 1);
  }
  *width = (int)info.output_width;
  *height = (int)info.output_height;
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  if (manager.warned) {
    free(buffer);
  } else {
    *pixels = buffer;
  }
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
