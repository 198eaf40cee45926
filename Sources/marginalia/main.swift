internal import Commands

Marginalia.main()
