#include "output/image/png.hpp"

#include <stdexcept>

#ifdef KANPDE_HAS_RSVG
#include <librsvg/rsvg.h>

#include <cmath>
#include <memory>

namespace kanpde::output {
namespace {

template <auto Free>
struct Deleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Handle = std::unique_ptr<RsvgHandle, Deleter<g_object_unref>>;
using Surface = std::unique_ptr<cairo_surface_t, Deleter<cairo_surface_destroy>>;
using Context = std::unique_ptr<cairo_t, Deleter<cairo_destroy>>;

[[noreturn]] void fail(GError* error) {
  const std::string message = error ? error->message : "unknown reason";
  g_clear_error(&error);
  throw std::runtime_error("librsvg cannot draw: " + message);
}

cairo_status_t append(void* bytes, const unsigned char* data, unsigned int length) {
  static_cast<std::string*>(bytes)->append(reinterpret_cast<const char*>(data), length);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

bool can_draw_png() { return true; }

std::string png_of_svg(std::string_view svg, double scale) {
  GError* error = nullptr;
  const Handle handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  if (!handle) fail(error);
  double width = 0, height = 0;
  if (!rsvg_handle_get_intrinsic_size_in_pixels(handle.get(), &width, &height))
    throw std::runtime_error("a drawing without a size in pixels");
  const int columns = int(std::lround(scale * width)), rows = int(std::lround(scale * height));
  const Surface surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, columns, rows));
  const Context context(cairo_create(surface.get()));
  const RsvgRectangle viewport{0, 0, double(columns), double(rows)};
  if (!rsvg_handle_render_document(handle.get(), context.get(), &viewport, &error)) fail(error);
  std::string bytes;
  if (cairo_surface_write_to_png_stream(surface.get(), append, &bytes) != CAIRO_STATUS_SUCCESS)
    throw std::runtime_error("cairo cannot write a PNG");
  return bytes;
}

}  // namespace kanpde::output

#else

namespace kanpde::output {

bool can_draw_png() { return false; }

std::string png_of_svg(std::string_view, double) {
  throw std::runtime_error("built without librsvg");
}

}  // namespace kanpde::output

#endif
