"""From a label's source to a photo of the product: artwork, objects, surfaces, camera, scene, lens."""
