using TorchSharp;

foreach (var t in new[] { typeof(torch.autograd.AutogradContext), typeof(torch.autograd.MultiTensorFunction<>), typeof(torch.autograd.Function<>) })
{
    Console.WriteLine(t);
    foreach (var m in t.GetMethods(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.DeclaredOnly)) Console.WriteLine("   " + m);
}
foreach (var m in typeof(torch.Tensor).GetMethods().Where(m => m.Name is "data" or "get_bytes" or "set_bytes" or "data_ptr" or "RawBytes")) Console.WriteLine(m);
foreach (var m in typeof(TorchSharp.Modules.AdamW).GetMethods().Where(m => m.Name.Contains("state"))) Console.WriteLine(m);
