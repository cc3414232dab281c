#pragma once
/// The part of a fused kernel's text that is the same for all networks: CUDA C++ templates over the
/// sizes that fused_source.cpp writes in front of them.

namespace kanpde::kernels::device {

/// Activations and bases at one point, with derivatives; the recurrences of kernels/bodies.
extern const char* const fused_features_text;
/// Layers forward and backward, sums over the points of a warp.
extern const char* const fused_forward_text;
extern const char* const fused_backward_text;

}  // namespace kanpde::kernels::device
