Console.WriteLine("surnn");
