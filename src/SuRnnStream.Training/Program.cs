using TorchSharp;

Console.WriteLine(torch.randn(2, 3).sum().item<float>());
foreach (var t in typeof(torch.autograd).GetNestedTypes()) Console.WriteLine(t);
